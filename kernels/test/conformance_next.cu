// A new version of some of the conformance kernels, for reloads: what it does differently shows in its numbers.
#include "conformance_messages.cuh"

/// Passes items on, worth 1000 more. Its output has another index than before.
RING_KERNEL(relay);
RING_OUTPUT(relay, copies, Item);
RING_OUTPUT(relay, out, Item);
RING_ON(relay, Item) { ctx.emit(out, Item{msg.producer, msg.sequence, msg.value + 1000}); }

struct SinkState {
  uint64_t received;
  uint64_t disordered;
  uint64_t sum;
  uint32_t next[16];
};

/// Counts every value twice.
RING_KERNEL(sink, SinkState);
RING_ON(sink, Item) {
  if (msg.producer == 666) __trap();
  uint32_t& next = state.next[msg.producer & 15];
  if (msg.sequence != next) state.disordered += 1;
  next = msg.sequence + 1;
  state.received += 1;
  state.sum += msg.value * 2;
}
RING_ON(sink, Question) { ctx.reply(Summary{state.received, state.disordered, state.sum}); }

/// Answers with 1000 more, and has one output less.
RING_KERNEL(answerer);
RING_OUTPUT(answerer, other, Question);
RING_ON(answerer, Question) {
  if (msg.route == 1)
    ctx.forward(other, Question{msg.value * 2, 0});
  else
    ctx.reply(Answer{msg.value + 1000, ctx.actor_id()});
}

/// Has a state now.
struct AskerState {
  uint32_t asked;
};
RING_KERNEL(asker, AskerState);
RING_OUTPUT(asker, questions, Question);
RING_OUTPUT(asker, answers, Answer);
RING_ON(asker, Order) {
  state.asked += 1;
  ctx.emit(questions, Question{msg.argument, 0});
}
RING_ON(asker, Answer) { ctx.emit(answers, msg); }

/// Its output is of another type.
RING_KERNEL(deaf);
RING_OUTPUT(deaf, questions, Item);
RING_ON(deaf, Order) { ctx.emit(questions, Item{0, msg.argument, 0}); }

/// Handles something else.
RING_KERNEL(essayist);
RING_ON(essayist, Order) { ctx.reply(Answer{msg.argument, ctx.actor_id()}); }

/// Prints other words, and fails at order 11 as well.
RING_KERNEL(probe);
RING_OUTPUT(probe, facts, Fact);
RING_ON(probe, Order) {
  if (msg.what == 6 || msg.what == 11) __trap();
  if (msg.what == 8) printf("new order %u of %s\n", msg.argument, "probe");
  if (msg.what == 9) ctx.emit(facts, Fact{9, ctx.actor_id(), ctx.message().message_id});
}
