#include <ring_kernel.cuh>

// bench/token-ring.ts compiles this file once for each size.
constexpr unsigned kWords = 4;

/// Goes `hops` actors further, then home.
struct Token {
  uint32_t hops;
  uint32_t rest[kWords - 1];
};
struct Home {
  uint32_t nothing;
};

RING_KERNEL(relay);
RING_OUTPUT(relay, next, Token);
RING_OUTPUT(relay, home, Home);
RING_ON(relay, Token) {
  if (msg.hops == 0) {
    ctx.emit(home, Home{0});
    return;
  }
  Token token = msg;
  token.hops -= 1;
  ctx.emit(next, token);
}
