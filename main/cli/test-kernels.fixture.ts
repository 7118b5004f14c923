/** A message of many field types, sent back. */
export const echo = `#include <ring_kernel.cuh>
enum class Mode : uint8_t { slow, fast };
struct Point { int32_t x; int32_t y = 7; };
struct Everything {
  int8_t small;
  uint64_t wide = 18446744073709551615u;
  float ratio = 0.1f;
  bool flag = true;
  Mode mode = Mode::fast;
  ring::text<8> name;
  ring::list<int16_t, 3> items;
  Point point;
};
RING_KERNEL(echo);
RING_ON(echo, Everything) { ctx.reply(msg); }
`;

/** Two kernels in one file: an account with two messages, and a log that prints. */
export const bank = `#include <ring_kernel.cuh>
struct Deposit { int32_t cents; };
struct Query { uint32_t nothing = 0; };
struct Balance { int64_t cents; uint32_t account; };
struct AccountState { int64_t cents; };
RING_KERNEL(account, AccountState);
RING_OUTPUT(account, changes, Balance);
RING_ON(account, Deposit) {
  state.cents += msg.cents;
  ctx.emit(changes, Balance{state.cents, ctx.block_index()});
}
RING_ON(account, Query) { ctx.reply(Balance{state.cents, ctx.block_index()}); }
RING_KERNEL(log);
RING_ON(log, Balance) { printf("balance %d\\nno newline", int(msg.cents)); }
`;

/** Fails when told to, next to one that does not. */
export const faults = `#include <ring_kernel.cuh>
struct Fault { int32_t kind; };
struct Item { int32_t value; };
RING_KERNEL(fragile);
RING_OUTPUT(fragile, items, Item);
RING_ON(fragile, Fault) {
  int zero = msg.kind - 1;
  if (msg.kind == 1) ctx.reply(Item{7 / zero});
  if (msg.kind == 2) assert(msg.kind == 0);
  if (msg.kind == 3) __trap();
  if (msg.kind == 4) {
    while (msg.kind == 4) __threadfence();
  }
  ctx.emit(items, Item{msg.kind});
}
RING_KERNEL(healthy);
RING_ON(healthy, Item) { ctx.reply(Item{msg.value * 10}); }
`;

/** Never comes to rest. */
export const ticker = `#include <ring_kernel.cuh>
struct Tick { uint64_t count = 0; };
RING_KERNEL(ticker);
RING_OUTPUT(ticker, again, Tick);
RING_OUTPUT(ticker, ticks, Tick);
RING_ON(ticker, Tick) {
  ctx.emit(again, Tick{msg.count + 1});
  ctx.emit(ticks, msg);
}
`;

export const tickerTopology = JSON.stringify({
  version: 1,
  actors: [{ id: 'ticker', kernel: 'ticker', source: 'ticker.cu', queue: { capacity: 16, overflow: 'deadLetter' } }],
  channels: [{ from: 'ticker.again', to: 'ticker' }],
  inject: [{ message: {} }],
});

/** The healthy actor answers the fragile one, which does not handle what it gets. */
export const strayTopology = JSON.stringify({
  version: 1,
  actors: [
    { id: 'fragile', kernel: 'fragile', source: 'faults.cu' },
    { id: 'healthy', kernel: 'healthy', source: 'faults.cu' },
  ],
  channels: [{ from: 'fragile.items', to: 'healthy' }],
});
