// Two actors that answer each other, without the host, until a million replies have come back.
#include <ring_kernel.cuh>

struct Start {
  uint32_t rounds = 1000000;
};

struct Ping {
  uint32_t round;
};

struct Pong {
  uint32_t round;
};

struct Result {
  uint32_t replies;
  uint64_t elapsed_ns;  ///< from Start to the last reply, by the clock of the device
};

struct PingState {
  uint32_t rounds;
  uint32_t replies;
  uint64_t started_ns;
};

/// Answers each Ping to whoever sent it.
RING_KERNEL(pong);

RING_ON(pong, Ping) { ctx.reply(Pong{msg.round}); }

/// Serves, counts what comes back, and reports.
RING_KERNEL(ping, PingState);
RING_OUTPUT(ping, serves, Ping);
RING_OUTPUT(ping, results, Result);

RING_ON(ping, Start) {
  assert(msg.rounds > 0);
  state = PingState{msg.rounds, 0, ctx.now()};
  ctx.emit(serves, Ping{1});
}

RING_ON(ping, Pong) {
  assert(msg.round == state.replies + 1);  // exactly once, in order
  state.replies += 1;
  if (state.replies < state.rounds)
    ctx.emit(serves, Ping{state.replies + 1});
  else
    ctx.emit(results, Result{state.replies, ctx.now() - state.started_ns});
}
