// Source: turns one request into a stream.
#include "pipeline.cuh"

/// Numbers sent by one call. Sends wait in the actor's outbox until the handler returns, and it holds 1,024 of them;
/// the smaller the chunk, the sooner the next stage has something to do.
constexpr uint32_t kChunk = 256;

struct SourceState {
  uint64_t generated;
};

/// Sends numbers in chunks, and asks itself for the next chunk.
RING_KERNEL(source, SourceState);
RING_OUTPUT(source, numbers, Number);
RING_OUTPUT(source, ends, End);
RING_OUTPUT(source, rest, Generate);  ///< leads back to this actor

RING_ON(source, Generate) {
  const uint32_t chunk = min(msg.count, kChunk);
  for (uint32_t i = 0; i < chunk; ++i) ctx.emit(numbers, Number{static_cast<uint64_t>(msg.first) + i});
  state.generated += chunk;
  if (chunk < msg.count)
    ctx.emit(rest, Generate{msg.first + chunk, msg.count - chunk});
  else
    ctx.emit(ends, End{state.generated});
}
