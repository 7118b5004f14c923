// A version of kernels/test/conformance_state.cu whose structs are laid out differently: states and messages can be
// carried over by the names of their fields.
#include <ring_kernel.cuh>

enum class Mood : uint16_t { calm = 1, busy = 2 };
struct Inner {
  double high;
  int32_t low = -7;
};
struct Move {
  uint32_t extra = 9;
  uint64_t amount = 1;
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

/// `scratch` is gone, `extras` is new.
struct BalanceState {
  uint64_t right;
  uint64_t left = 5;
  uint64_t total = 5;
  uint32_t moves;
  uint64_t broken;
  uint64_t extras = 100;
};
RING_KERNEL(balance, BalanceState);
RING_ON(balance, Move) {
  if (state.left + state.right != state.total) state.broken += 1;
  const uint64_t amount = msg.amount < state.left ? msg.amount : state.left;
  state.left -= amount;
  state.right += amount;
  state.moves += 1;
  state.extras += msg.extra;
}
RING_ON(balance, Ask) { ctx.reply(Books{state.left, state.right, state.moves, state.broken}); }

struct MixedState {
  ring::list<uint64_t, 8> recent;
  ring::text<4> note;
  Inner pair[3];
  Inner inner;
  Mood mood = Mood::calm;
  bool open = true;
  uint32_t wide = 3;
};
RING_KERNEL(mixed, MixedState);
RING_ON(mixed, Move) { state.recent.push_back(msg.amount); }

RING_KERNEL(feeder);
RING_OUTPUT(feeder, moves, Move);
RING_ON(feeder, Ask) { ctx.emit(moves, Move{1, 1}); }
