// Every way for a handler to fail on the CPU device. Tests find the lines by their marks.
#include <cassert>

#include <ring_kernel.cuh>

struct Fault {
  uint32_t kind;
  int32_t number = 0;
};
struct Item {
  uint32_t producer;
  uint32_t sequence;
  uint64_t value = 0;
};
struct Count {
  uint64_t received;
  uint64_t disordered;
};
struct Ask {
  uint32_t nothing = 0;
};

__device__ __noinline__ int recurse(int depth) {  // line: recursion
  volatile int frame[64];
  frame[depth & 63] = depth;
  return recurse(depth + 1) + frame[depth & 63];
}

__device__ __noinline__ int use_much() {  // line: frame
  volatile char frame[4 << 20];
  for (int i = 0; i < (4 << 20); i += 4096) frame[i] = static_cast<char>(i);
  return frame[12345];
}

__device__ volatile unsigned effort;

// No loop, and never deep: only replacing the worker ends it.
__device__ __noinline__ unsigned explode(unsigned n) {
  effort = effort + 1;
  if (n == 0) return 1;
  return explode(n - 1) + explode(n - 1) * 3 + 1;
}

__constant__ uint8_t table[7] = {};

__device__ int (*volatile no_function)(int) = nullptr;

struct Places {
  int32_t first[4];
  int32_t grid[2][3];
  ring::list<int32_t, 4> numbers;
  ring::text<8> label;
  float last[16];
};

RING_KERNEL(fragile, Places);
RING_OUTPUT(fragile, out, Item);
// clang-format off
RING_ON(fragile, Fault) {
  volatile int zero = 0;
  volatile int result = 0;
  if (msg.kind == 1) result = msg.number / (msg.kind - 1);  // line: divide-constant
  if (msg.kind == 2) result = msg.number / zero;  // line: divide-variable
  if (msg.kind == 3) result = msg.number % zero;  // line: remainder
  if (msg.kind == 4) result = msg.number / (zero - 1);  // line: quotient
  if (msg.kind == 5) result = *reinterpret_cast<volatile int*>(0xfffffff0u + zero);  // line: outside
  if (msg.kind == 6) result = no_function(1);  // line: function
  if (msg.kind == 7) while (true) result = result + 1;  // line: loop
  if (msg.kind == 8) result = recurse(zero);
  if (msg.kind == 9) result = use_much();
  if (msg.kind == 10) assert(msg.number == 1);  // line: assert
  if (msg.kind == 11) __trap();  // line: trap
  if (msg.kind == 12) for (uint32_t i = 0; i < 5000; ++i) ctx.emit(out, Item{1, i, i});  // line: outbox
  if (msg.kind == 13) result = static_cast<int>(explode(48));
  float local[16] = {};
  volatile int index = msg.number;
  if (msg.kind == 20) local[index + 13] = 1;  // line: local-array
  if (msg.kind == 21) state.first[index] = 1;  // line: state-array
  if (msg.kind == 22) state.last[index - 8] = 1;  // line: last-array
  if (msg.kind == 23) result = static_cast<int>(state.grid[zero][index]);  // line: rows
  if (msg.kind == 24) result = state.first[(1ll << 33) + index];  // line: wide-index
  if (msg.kind == 25) result = state.numbers[index];  // line: list
  if (msg.kind == 26) state.label[index + 1] = 'x';  // line: text
  if (msg.kind == 27) for (int i = 0; i < index * 10; ++i) state.last[i] += 1.0f;  // line: loop-over-array
  if (msg.kind == 28) state.numbers[index + 1] = 1;  // line: list-write
  if (msg.kind == 29) result = table[index];  // line: constant-table
  result = static_cast<int>(local[zero]);
}
// clang-format on

struct HealthyState {
  uint64_t received;
  uint64_t disordered;
  uint32_t next[16];
};

RING_KERNEL(healthy, HealthyState);
RING_ON(healthy, Item) {
  uint32_t& next = state.next[msg.producer & 15];
  if (msg.sequence != next) state.disordered += 1;
  next = msg.sequence + 1;
  state.received += 1;
}
RING_ON(healthy, Ask) { ctx.reply(Count{state.received, state.disordered}); }

struct Ticket {
  uint32_t producer;
  uint32_t sequence;
};

struct Tickets {
  uint32_t producer;
  uint32_t first;
  uint32_t count;
};

/// Makes tickets, so that there is work without the host.
RING_KERNEL(spout);
RING_OUTPUT(spout, next, Ticket);
RING_ON(spout, Tickets) {
  for (uint32_t i = 0; i < msg.count; ++i) ctx.emit(next, Ticket{msg.producer, msg.first + i});
}

/// Sends on what it gets, after some work.
RING_KERNEL(hop);
RING_OUTPUT(hop, next, Ticket);
RING_ON(hop, Ticket) {
  volatile uint32_t turns = 0;
  while (turns < 1000) turns = turns + 1;
  ctx.emit(next, msg);
}

struct LedgerState {
  uint64_t received;
  uint64_t repeated;
  uint64_t backwards;
  uint32_t last[16];
  uint8_t seen[65536];
};
struct Ledger {
  uint64_t received;
  uint64_t repeated;
  uint64_t backwards;
};

/// Notes which tickets came; 4,096 of each of 16 producers.
RING_KERNEL(ledger, LedgerState);
RING_ON(ledger, Ticket) {
  const uint32_t index = (msg.producer & 15) * 4096 + (msg.sequence & 4095);
  if (state.seen[index] != 0) state.repeated += 1;
  state.seen[index] = 1;
  if (msg.sequence < state.last[msg.producer & 15]) state.backwards += 1;
  state.last[msg.producer & 15] = msg.sequence;
  state.received += 1;
}
RING_ON(ledger, Ask) { ctx.reply(Ledger{state.received, state.repeated, state.backwards}); }

/// Runs for a while, then fails if it is told to.
RING_KERNEL(slow);
RING_ON(slow, Fault) {
  const unsigned long long until = ctx.now() + msg.kind * 1000000ull;
  while (ctx.now() < until) {
  }
  if (msg.number != 0) __trap();
}
