// Handlers that fail, each in its own way.
#include <assert.h>

#include <ring_kernel.cuh>

/// 0: nothing; 1: an index out of bounds; 2: a trap; 3: an assertion; 4: a write where nothing is; 5: a handler that
/// runs for long.
struct Deed {
  uint32_t what;
  uint32_t argument = 0;
};
struct Drop {
  uint32_t number;
};

/// About 10 s of a GPU's clock: longer than any budget of the check, and still an end.
constexpr long long kLongTicks = 15'000'000'000;

RING_KERNEL(culprit);
RING_OUTPUT(culprit, traces, Drop);
RING_ON(culprit, Deed) {
  ctx.emit(traces, Drop{msg.what});  // of a handler that fails nothing arrives
  switch (msg.what) {
    case 1: {
      ring::text<4> letters;
      letters[msg.argument] = 'x';
      break;
    }
    case 2:
      __trap();
      break;
    case 3:
      assert(msg.argument == 0);
      break;
    case 4:
      *reinterpret_cast<volatile uint32_t*>(static_cast<size_t>(msg.argument)) = 1;
      break;
    case 5: {
      const long long since = clock64();
      while (clock64() - since < kLongTicks) {
      }
      break;
    }
    default:
      break;
  }
}

RING_KERNEL(bystander);
RING_ON(bystander, Drop) {}
