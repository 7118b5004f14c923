#include <ring_kernel.cuh>

// bench/payload.bench.ts compiles this file once for each size.
constexpr unsigned kWords = 2;

struct Payload {
  uint32_t words[kWords];
};

RING_KERNEL(payload);
RING_OUTPUT(payload, out, Payload);
RING_ON(payload, Payload) { ctx.emit(out, msg); }

RING_KERNEL(answer);
RING_ON(answer, Payload) { ctx.reply(msg); }
