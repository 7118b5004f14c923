// A struct of the conformance kernels by name, with another layout.
#include <ring_kernel.cuh>

struct Item {
  uint32_t producer;
  float weight = 1;
};

RING_KERNEL(weigher);
RING_ON(weigher, Item) {}
