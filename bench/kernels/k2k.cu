#include <ring_kernel.cuh>

/// Has a source send `count` numbers.
struct Burst {
  uint32_t count;
};
struct Number {
  uint32_t value;
  uint32_t source;
};
/// So many since the last Expect; also its reply.
struct Arrived {
  uint64_t total;
};
struct SinkState {
  uint64_t expected;
  uint64_t total;
};
struct Expect {
  uint64_t count;
};

RING_KERNEL(source);
RING_OUTPUT(source, numbers, Number);
RING_ON(source, Burst) {
  for (uint32_t i = 0; i < msg.count; i++) ctx.emit(numbers, Number{i, ctx.actor_id()});
}

RING_KERNEL(map);
RING_OUTPUT(map, mapped, Number);
RING_ON(map, Number) { ctx.emit(mapped, Number{msg.value * 2654435761u, msg.source}); }

RING_KERNEL(sink, SinkState);
RING_OUTPUT(sink, arrived, Arrived);
RING_ON(sink, Expect) {
  state.expected = msg.count;
  state.total = 0;
  ctx.reply(Arrived{0});
}
RING_ON(sink, Number) {
  state.total += 1;
  if (state.total == state.expected) ctx.emit(arrived, Arrived{state.total});
}
