// For bench/buffers.bench.ts: the same bytes by a buffer's handle and in messages.
#include <ring_kernel.cuh>

constexpr unsigned kPartWords = 16'384;  // 64 KiB

struct Whole {
  ring::buffer<uint32_t> words;
};
struct Part {
  uint32_t words[kPartWords];
};
struct Ask {
  uint32_t nothing = 0;
};
struct Sum {
  uint64_t sum;
};

RING_KERNEL(adder, Sum);
RING_ON(adder, Whole) {
  uint64_t sum = 0;
  for (uint32_t word : msg.words.read()) sum += word;
  ctx.reply(Sum{sum});
}
RING_ON(adder, Part) {
  uint64_t sum = 0;
  for (uint32_t word : msg.words) sum += word;
  state.sum += sum;
}
RING_ON(adder, Ask) {
  ctx.reply(state);
  state.sum = 0;
}
