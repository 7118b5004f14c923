// Reductions of cooperative groups for NVRTC where no CUDA toolkit is found. Every thread gets the result.
#pragma once

#include <cooperative_groups.h>

namespace cooperative_groups {

#define RING_OPERATION(name_, result_)                                    \
  template <class T>                                                      \
  struct name_ {                                                          \
    RING_D T operator()(const T& a, const T& b) const { return result_; } \
  };
RING_OPERATION(plus, a + b)
RING_OPERATION(less, b < a ? b : a)
RING_OPERATION(greater, a < b ? b : a)
RING_OPERATION(bit_and, (a & b))
RING_OPERATION(bit_or, a | b)
RING_OPERATION(bit_xor, a ^ b)
#undef RING_OPERATION

template <class Group, class T, class Operation>
RING_D inline T reduce(const Group& group, T value, Operation operation) {
  T result = group.shfl(value, 0);
  for (unsigned rank = 1; rank < group.num_threads(); ++rank) {
    const T next = group.shfl(value, rank);
    result = operation(result, next);
  }
  return result;
}

}  // namespace cooperative_groups
