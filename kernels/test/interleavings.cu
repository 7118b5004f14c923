// Actors whose every interleaving is explored (main/testing/interleavings), and the functions by which their memory is
// watched: the explorer puts calls of these around all accesses of the linked module.
#include <ring_kernel.cuh>

extern "C" {
#define WATCH(name) __attribute__((import_module("env"), import_name(#name)))
WATCH(watch_before) unsigned watch_before(unsigned address, unsigned offset, unsigned what);
WATCH(watch_after) void watch_after();
WATCH(watch_copy) void watch_copy(unsigned to, unsigned from, unsigned bytes);
WATCH(watch_fill) void watch_fill(unsigned to, unsigned value, unsigned bytes);
WATCH(watch_notify) unsigned watch_notify(unsigned address, unsigned offset);

/// Never called: a module imports only what it uses.
__attribute__((export_name("watches"), used)) unsigned watches() {
  watch_after();
  watch_copy(0, 0, 0);
  watch_fill(0, 0, 0);
  return watch_before(0, 0, 0) + watch_notify(0, 0);
}
}

struct Item {
  uint32_t value;
  uint32_t twice;
  uint32_t inverse;
  uint32_t mixed;
};
struct Notes {
  uint32_t count;
  uint32_t torn;
  uint32_t values[16];
};

__device__ Item item_of(uint32_t value) { return {value, value * 2, ~value, value * 2654435761u}; }

RING_KERNEL(source, Notes);
RING_OUTPUT(source, items, Item);
RING_ON(source, Item) {
  state.count += 1;
  ctx.emit(items, item_of(msg.value));
}

/// Writes down what it gets.
RING_KERNEL(sink, Notes);
RING_ON(sink, Item) {
  const Item whole = item_of(msg.value);
  if (msg.twice != whole.twice || msg.inverse != whole.inverse || msg.mixed != whole.mixed) state.torn += 1;
  state.values[state.count % 16] = msg.value;
  state.count += 1;
}
