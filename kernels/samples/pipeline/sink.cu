// Sink: folds the stream into its state, and reports when it ends.
#include "pipeline.cuh"

struct SinkState {
  uint64_t kept;
  uint64_t sum;
};

/// Adds up. The sum wraps around at 2^64.
RING_KERNEL(sink, SinkState);
RING_OUTPUT(sink, totals, Total);  ///< not connected: it leaves the topology

RING_ON(sink, Number) {
  state.kept += 1;
  state.sum += msg.value;
}

RING_ON(sink, End) { ctx.emit(totals, Total{msg.generated, state.kept, state.sum}); }
