// Map: one message out for each message in.
#include "pipeline.cuh"

/// Squares.
RING_KERNEL(map);
RING_OUTPUT(map, numbers, Number);
RING_OUTPUT(map, ends, End);

RING_ON(map, Number) { ctx.emit(numbers, Number{msg.value * msg.value}); }

RING_ON(map, End) { ctx.emit(ends, msg); }
