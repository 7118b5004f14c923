// A version of the conformance kernels whose states are laid out differently: they cannot be kept.
#include "conformance_messages.cuh"

struct SinkState {
  uint32_t received;
  uint64_t disordered;
  uint64_t sum = 5000;
};

/// Counts items from 5000 on; producer 666 is no danger to it.
RING_KERNEL(sink, SinkState);
RING_ON(sink, Item) {
  state.received += 1;
  state.sum += msg.value;
}
RING_ON(sink, Question) { ctx.reply(Summary{state.received, state.disordered, state.sum}); }

struct RelayState {
  uint32_t passed;
};

RING_KERNEL(relay, RelayState);
RING_OUTPUT(relay, out, Item);
RING_ON(relay, Item) {
  state.passed += 1;
  ctx.emit(out, msg);
}
