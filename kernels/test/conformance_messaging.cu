// Kernels of the device conformance suite that name whom they send to; app/testing/conformance-messaging.ts holds the
// same ones for the fake device.
#include "conformance_messages.cuh"

/// Calls an actor by its name: what 0 asks it, 1 passes the question on, 2 sends `value` items, 3 tells whether it is
/// there, 4 sends an item to "sink".
struct Call {
  ring::text<40> name;
  uint32_t what = 0;
  uint64_t value = 0;
};

RING_KERNEL(caller);
RING_OUTPUT(caller, facts, Fact);
RING_OUTPUT(caller, answers, Answer);
RING_ON(caller, Call) {
  if (msg.what == 0) ctx.send(ctx.actor(msg.name), Question{msg.value, 0});
  if (msg.what == 1) ctx.forward(ctx.actor(msg.name), Question{msg.value, 0});
  if (msg.what == 2) {
    const auto sink = ctx.actor(msg.name);
    for (uint32_t i = 0; i < msg.value; ++i) ctx.send(sink, Item{0, i, i});
  }
  if (msg.what == 3) ctx.emit(facts, Fact{3, ctx.actor_id(), ctx.actor(msg.name).valid() ? 1u : 0u});
  if (msg.what == 4) ctx.send(ctx.actor("sink"), Item{0, static_cast<uint32_t>(msg.value), msg.value});
}
RING_ON(caller, Answer) { ctx.emit(answers, msg); }

/// Publishes items of `producer`, numbered from `first` on.
struct Post {
  ring::text<250> topic;
  uint32_t producer = 0;
  uint32_t first = 0;
  uint32_t count = 1;
  bool retained = false;
};

RING_KERNEL(publisher);
RING_ON(publisher, Post) {
  for (uint32_t i = 0; i < msg.count; ++i) {
    const Item item{msg.producer, msg.first + i, msg.first + i};
    if (msg.retained) {
      ctx.publish(msg.topic, item, ring::retain);
    } else {
      ctx.publish(msg.topic, item);
    }
  }
}
/// To `argument` topics, "many/a", "many/b", …; what 1 then fails.
RING_ON(publisher, Order) {
  ring::text<20> topic;
  topic.append("many/a");
  for (uint32_t i = 0; i < msg.argument; ++i) {
    topic[5] = static_cast<char>('a' + i);
    ctx.publish(topic, Item{0, i, i});
  }
  if (msg.what == 1) __trap();
}
/// To a topic that the code names.
RING_ON(publisher, Question) { ctx.publish("literal/topic", Item{0, 0, msg.value}); }

/// Says which instance gets what, and when.
struct Tagged {
  ring::text<12> tag;
  uint32_t sequence;
};

RING_KERNEL(tagger);
RING_OUTPUT(tagger, out, Tagged);
RING_ON(tagger, Tagged) { ctx.emit(out, msg); }

RING_KERNEL(witness);
RING_OUTPUT(witness, seen, Fact);
RING_ON(witness, Tagged) { ctx.emit(seen, Fact{msg.sequence, ctx.block_index(), ctx.message().hlc}); }
RING_ON(witness, Item) { ctx.emit(seen, Fact{msg.sequence, ctx.block_index(), ctx.message().hlc}); }
