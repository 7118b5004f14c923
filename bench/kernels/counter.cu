#include <ring_kernel.cuh>

struct Count {
  uint32_t by;
};
struct CountState {
  uint64_t total;
};

RING_KERNEL(counter, CountState);
RING_ON(counter, Count) { state.total += msg.by; }
