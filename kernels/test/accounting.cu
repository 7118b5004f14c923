// Actors for the accounting test (main/host/accounting.test.ts): each tells the host of every message that it
// has processed, by its id.
#include <ring_kernel.cuh>

struct Hop {
  /// 0: go on; 1: fail here; 2: nobody below handles it; 3: take a while; 4: also to an actor by its name; 5: to a name
  /// that nobody has; 6: also to a topic
  uint32_t kind;
  uint32_t hops;  ///< how often it is passed on
};
struct News {
  uint32_t number;
};
struct Stray {
  uint32_t hops;
};
struct Query {
  uint32_t is_slow;
};
struct Seen {
  uint64_t message_id;
  uint32_t actor;
};
struct NodeState {
  uint64_t seen;
};

__device__ volatile unsigned effort;

__device__ __noinline__ void work(unsigned turns) {
  for (unsigned i = 0; i < turns; ++i) effort = effort + i;
}

RING_KERNEL(node, NodeState);
RING_OUTPUT(node, seen, Seen);
RING_OUTPUT(node, left, Hop);
RING_OUTPUT(node, right, Hop);
RING_OUTPUT(node, asks, Query);

RING_ON(node, Hop) {
  state.seen += 1;
  ctx.emit(seen, Seen{ctx.message().message_id, ctx.actor_id()});
  if (msg.kind == 3) work(200'000);
  if (msg.hops > 0) {
    ctx.emit(left, Hop{msg.kind == 1 ? 0u : msg.kind, msg.hops - 1});
    if (ctx.random() % 3 != 0) ctx.emit(right, Hop{msg.kind, msg.hops - 1});
  }
  if (msg.kind == 2) ctx.emit(asks, Query{0});
  if (msg.kind == 4) ctx.send(ctx.actor("post"), Hop{0, 0});
  if (msg.kind == 5) ctx.send(ctx.actor("nobody"), Hop{0, 0});
  if (msg.kind == 6) ctx.publish("news/hops", News{msg.hops});
  if (msg.kind == 1) __trap();
}

RING_ON(node, News) { ctx.emit(seen, Seen{ctx.message().message_id, ctx.actor_id()}); }

RING_ON(node, Query) {
  ctx.emit(seen, Seen{ctx.message().message_id, ctx.actor_id()});
  if (msg.is_slow != 0) work(200'000);
  ctx.reply(Stray{0});
}
