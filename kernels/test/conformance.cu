// The kernels of the device conformance suite (app/testing/device-conformance.ts); app/testing/conformance-kernels.ts
// holds the same ones for the fake device.
#include "conformance_messages.cuh"

/// Passes items on.
RING_KERNEL(relay);
RING_OUTPUT(relay, out, Item);
RING_ON(relay, Item) { ctx.emit(out, msg); }

/// Makes many items of one message.
RING_KERNEL(producer);
RING_OUTPUT(producer, items, Item);
RING_ON(producer, Burst) {
  for (uint32_t i = 0; i < msg.count; ++i) ctx.emit(items, Item{msg.producer, msg.first + i, i});
}

struct SinkState {
  uint64_t received;
  uint64_t disordered;
  uint64_t sum;
  uint32_t next[16];
};

/// Counts items, and those that come out of their producer's order; producer 666 is its end.
RING_KERNEL(sink, SinkState);
RING_ON(sink, Item) {
  if (msg.producer == 666) __trap();
  uint32_t& next = state.next[msg.producer & 15];
  if (msg.sequence != next) state.disordered += 1;
  next = msg.sequence + 1;
  state.received += 1;
  state.sum += msg.value;
}
RING_ON(sink, Question) { ctx.reply(Summary{state.received, state.disordered, state.sum}); }

/// Answers, or has another answer: route 1 forwards (666 fails there), 2 forwards to itself for ever, 3 sends
/// another one the route `value`, 4 fails.
RING_KERNEL(answerer);
RING_OUTPUT(answerer, other, Question);
RING_OUTPUT(answerer, self, Question);
RING_ON(answerer, Question) {
  if (msg.route == 0) ctx.reply(Answer{msg.value + 1, ctx.actor_id()});
  if (msg.route == 1) ctx.forward(other, Question{msg.value * 2, msg.value == 666 ? 4u : 0u});
  if (msg.route == 2) ctx.forward(self, msg);
  if (msg.route == 3) ctx.emit(other, Question{0, static_cast<uint32_t>(msg.value)});
  if (msg.route == 4) __trap();
}

/// Asks another actor and passes its answer on.
RING_KERNEL(asker);
RING_OUTPUT(asker, questions, Question);
RING_OUTPUT(asker, answers, Answer);
RING_ON(asker, Order) { ctx.emit(questions, Question{msg.argument, 0}); }
RING_ON(asker, Answer) { ctx.emit(answers, msg); }

/// Asks and cannot take the answer.
RING_KERNEL(deaf);
RING_OUTPUT(deaf, questions, Question);
RING_ON(deaf, Order) { ctx.emit(questions, Question{msg.argument, 0}); }

/// Answers with more than most inboxes hold.
RING_KERNEL(essayist);
RING_ON(essayist, Question) {
  Essay essay;
  essay.text.append("a long answer");
  ctx.reply(essay);
}

/// Tells about itself: what an order asks for.
RING_KERNEL(probe);
RING_OUTPUT(probe, facts, Fact);
RING_ON(probe, Order) {
  switch (msg.what) {
    case 1:
      ctx.request_termination();
      break;
    case 2:
      ctx.report_error(msg.argument);
      break;
    case 3:
      for (uint32_t i = 0; i < msg.argument; ++i) ctx.emit(facts, Fact{3, ctx.actor_id(), ctx.random()});
      break;
    case 4:
      ctx.emit(facts, Fact{4, ctx.actor_id(), ctx.pending()});
      break;
    case 5:
      ctx.emit(facts, Fact{5, ctx.actor_id(), ctx.block_index()});
      break;
    case 6:
      __trap();
      break;
    case 7:
      ctx.emit(facts, Fact{7, ctx.actor_id(), ctx.now()});
      break;
    case 8:
      printf("order %u of %s\n", msg.argument, "probe");
      break;
    case 9:
      ctx.emit(facts, Fact{9, ctx.actor_id(), ctx.message().message_id});
      break;
    case 10:
      ctx.emit(facts, Fact{10, ctx.actor_id(), 0});
      __trap();
      break;
    default:
      break;
  }
}
