// The actors of `ringstudio verify-cuda` that pass messages on. Whoever includes this says which version it is.
#pragma once

#include <ring_kernel.cuh>

struct Item {
  uint32_t sequence;
  uint32_t version = 0;  ///< of the code that has passed it on last
};
/// Has a source make items.
struct Burst {
  uint32_t first;
  uint32_t count;
};
/// Goes from actor to actor until there are none left.
struct Token {
  uint32_t hops;
};
struct Question {
  int32_t value;
};
struct Answer {
  int32_t value;
  uint64_t now_ns;  ///< Unix time by the device's clock
};
struct SummaryRequest {};
struct Summary {
  uint64_t received;
  uint64_t disordered;  ///< out of the order of their sequence
  uint64_t by_next;     ///< passed on by version 1
  uint64_t checksum;    ///< sum of the sequence numbers
};
struct SinkState {
  uint64_t received;
  uint64_t disordered;
  uint64_t by_next;
  uint64_t checksum;
  uint32_t next;
};

RING_KERNEL(echo);
RING_OUTPUT(echo, out, Item);
RING_ON(echo, Item) { ctx.emit(out, Item{msg.sequence, kVersion}); }

RING_KERNEL(source);
RING_OUTPUT(source, items, Item);
RING_ON(source, Burst) {
  for (uint32_t i = 0; i < msg.count; ++i) ctx.emit(items, Item{msg.first + i, kVersion});
}

RING_KERNEL(relay);
RING_OUTPUT(relay, out, Item);
RING_ON(relay, Item) { ctx.emit(out, Item{msg.sequence, kVersion}); }

RING_KERNEL(sink, SinkState);
RING_ON(sink, Item) {
  state.disordered += msg.sequence == state.next ? 0 : 1;
  state.next = msg.sequence + 1;
  state.received += 1;
  state.by_next += msg.version;
  state.checksum += msg.sequence;
}
RING_ON(sink, SummaryRequest) { ctx.reply(Summary{state.received, state.disordered, state.by_next, state.checksum}); }

RING_KERNEL(hop);
RING_OUTPUT(hop, next, Token);
RING_OUTPUT(hop, last, Token);
RING_ON(hop, Token) {
  if (msg.hops == 0)
    ctx.emit(last, Token{0});
  else
    ctx.emit(next, Token{msg.hops - 1});
}

RING_KERNEL(answerer);
RING_ON(answerer, Question) { ctx.reply(Answer{msg.value + 1, ctx.now()}); }
