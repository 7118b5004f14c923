// An actor with a state of 4 KiB that changes with every message.
#include <ring_kernel.cuh>

struct Value {
  uint64_t value;
};
struct Counters {
  uint64_t sum;
  uint64_t buckets[511];
};

RING_KERNEL(stateful, Counters);
RING_ON(stateful, Value) {
  state.sum += msg.value;
  state.buckets[state.sum % 511] += 1;
}
