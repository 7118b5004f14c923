// Filter: passes some messages on and ends the others here.
#include "pipeline.cuh"

/// Keeps odd numbers.
RING_KERNEL(filter);
RING_OUTPUT(filter, numbers, Number);
RING_OUTPUT(filter, ends, End);

RING_ON(filter, Number) {
  if (msg.value % 2 == 1) ctx.emit(numbers, msg);
}

RING_ON(filter, End) { ctx.emit(ends, msg); }
