// Kernels whose states can be torn, if somebody looks at the wrong moment: for snapshots, writes and checkpoints.
#include <ring_kernel.cuh>

enum class Mood : uint8_t { calm = 1, busy = 2 };
struct Inner {
  int16_t low = -7;
  double high;
};
struct Move {
  uint32_t amount = 1;
};
struct Ask {
  uint32_t nothing = 0;
};
struct Books {
  uint64_t left;
  uint64_t right;
  uint64_t moves;
  uint64_t broken;
};

/// What is taken from one side goes to the other: their sum never changes but while a handler runs.
struct BalanceState {
  uint64_t left = 1000000;
  uint32_t scratch[64];
  uint64_t right;
  uint64_t total = 1000000;
  uint64_t moves;
  uint64_t broken;
};
RING_KERNEL(balance, BalanceState);
RING_ON(balance, Move) {
  if (state.left + state.right != state.total) state.broken += 1;
  const uint64_t amount = msg.amount < state.left ? msg.amount : state.left;
  state.left -= amount;
  for (uint32_t i = 0; i < 64; ++i) {
    volatile uint32_t* at = &state.scratch[i];
    *at = *at + 1;
  }
  state.right += amount;
  if (state.left == 0) {
    state.left = state.right;
    state.right = 0;
  }
  state.moves += 1;
}
RING_ON(balance, Ask) { ctx.reply(Books{state.left, state.right, state.moves, state.broken}); }

/// Fails in the middle of a change.
RING_KERNEL(stumbler, BalanceState);
RING_ON(stumbler, Move) {
  state.left -= msg.amount;
  __trap();
}

/// Every kind of field.
struct MixedState {
  bool open = true;
  Mood mood = Mood::calm;
  Inner inner;
  Inner pair[2];
  ring::text<12> note;
  ring::list<uint32_t, 4> recent;
  uint64_t wide = 18446744073709551615ull;
};
RING_KERNEL(mixed, MixedState);
RING_ON(mixed, Move) { state.recent.push_back(msg.amount); }

/// Makes more moves of one message than a small queue holds.
RING_KERNEL(feeder);
RING_OUTPUT(feeder, moves, Move);
RING_ON(feeder, Ask) {
  for (uint32_t i = 1; i <= 40; ++i) ctx.emit(moves, Move{i});
}
