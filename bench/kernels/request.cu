#include <ring_kernel.cuh>

struct Add {
  int32_t a;
  int32_t b;
};
struct Sum {
  int32_t result;
};

RING_KERNEL(adder);
RING_ON(adder, Add) { ctx.reply(Sum{msg.a + msg.b}); }
