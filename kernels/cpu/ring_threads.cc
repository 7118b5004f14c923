// The scheduler of a block's threads: fibers of one worker. Binaryen's Asyncify makes a call of start_unwind return
// from every function up to here, and a call of start_rewind go back to where that was.
//
// Runs on the CPU device only (Clang, wasm32). Compiled once, and linked with programs whose blocks have several
// threads.
#include "ring_cpu.h"

#include "ring_exchange.h"

#define RING_ASYNCIFY(name_) __attribute__((import_module("asyncify"), import_name(name_)))
extern "C" {
RING_ASYNCIFY("start_unwind") void ring_start_unwind(void* fiber);
RING_ASYNCIFY("stop_unwind") void ring_stop_unwind();
RING_ASYNCIFY("start_rewind") void ring_start_rewind(void* fiber);
RING_ASYNCIFY("stop_rewind") void ring_stop_rewind();
}

// The limit that the instrumenter's stack checks read; a program without this file gets one from the instrumenter.
asm(R"(
.globaltype __stack_pointer, i32
.globaltype __tls_base, i32
.globl ring_stack_limit
.export_name ring_stack_limit, ring_stack_limit
.globaltype ring_stack_limit, i32
ring_stack_limit:
)");

namespace ring::simt {

namespace {

#define RING_GLOBAL(name_, global_)                                       \
  inline u32 name_() {                                                    \
    u32 value;                                                            \
    asm volatile("global.get " #global_ "\n local.set %0" : "=r"(value)); \
    return value;                                                         \
  }                                                                       \
  inline void set_##name_(u32 value) { asm volatile("local.get %0\n global.set " #global_ : : "r"(value) : "memory"); }
RING_GLOBAL(stack_pointer, __stack_pointer)
RING_GLOBAL(shared_data, __tls_base)
RING_GLOBAL(stack_limit, ring_stack_limit)
#undef RING_GLOBAL

/// A leaf function's frame may lie this far below what was checked, as on the workers' own stacks.
constexpr u32 kStackMargin = 256;

constexpr u32 kStackAlignment = 128;

/// How far all threads of a launch have come, at the beginning of the worker's memory for fibers.
struct run {
  const launch* what;
  u32 threads;      ///< of a block
  u32 fibers;       ///< address of the table
  u32 fiber_limit;  ///< threads that can be under way at once
  u32 stacks;       ///< address
  u32 stack_bytes;  ///< of one
  u32 used_stacks;  ///< stacks of threads that wait
  u32 finished;     ///< threads of the launch that have returned
};

}  // namespace

/// Threads that wait at one of the block's barriers.
struct barrier {
  u32 arrived;
  u32 wanted;  ///< 0: all that have not returned
  u32 yes;
  u32 is_mixed;  ///< not all came from the same place
  site first;
};

struct block {
  run* of;
  fiber* fibers;
  u32 shared;
  uint3 index;
  u32 warps;
  u32 live;        ///< threads that have not returned
  u32 at_barrier;  ///< threads at barriers of the block
  u32 at_grid;
  u32 slept;  ///< threads that let others go first
  warp lanes[kMaxThreads / kWarpSize];
  barrier barriers[kBarriers];
};

namespace {

inline block& home_of(fiber& f) { return *detail::at<block>(f.home); }
inline warp& warp_of(fiber& f) { return home_of(f).lanes[f.rank / kWarpSize]; }
inline u32 bit_of(const fiber& f) { return 1u << f.rank % kWarpSize; }

/// Leaves the running fiber: whoever called the function that calls this returns at once. That function holds nothing
/// on the stack, for its frame would be there twice when it is called again.
__attribute__((always_inline)) inline void leave(fiber& f) {
  f.stack_pointer = stack_pointer();
  f.unwind_end = f.stack_pointer;
  f.is_waiting = 1;
  ring_start_unwind(&f);
}

/// True when the running fiber comes back to where it was left.
__attribute__((always_inline)) inline bool comes_back(fiber& f) {
  if (f.is_coming_back == 0) return false;
  f.is_coming_back = 0;
  ring_stop_rewind();
  return true;
}

void make_ready(fiber& f, u64 result) {
  f.result = result;
  f.what = op::none;
  warp_of(f).ready |= bit_of(f);
}

/// Tells the host of up to four different waits, so that it can name their lines, and ends the launch.
[[noreturn]] __attribute__((noinline)) void fail_waiting(block& b) {
  constexpr u32 most = 4;
  const fiber* told[most];
  u32 count = 0;
  for (u32 rank = 0; rank < b.of->threads; ++rank) {
    const fiber& f = b.fibers[rank];
    if (f.what == op::none) continue;
    u32 known = 0;
    while (known < count && !(told[known]->what == f.what && is_same(told[known]->where, f.where))) ++known;
    if (known < count || count == most) continue;
    told[count++] = &f;
    u32 alike = 0;
    for (u32 other = rank; other < b.of->threads; ++other)
      if (b.fibers[other].what == f.what && is_same(b.fibers[other].where, f.where)) ++alike;
    ring_host_waits(static_cast<u32>(f.what), f.where.file, f.where.line, rank, alike);
  }
  if (count > 0) ring_host_fail_at(told[0]->where.file, told[0]->where.line);
  detail::fail(detail::failure::divergence);
}

bool is_complete(const block& b, const barrier& at) {
  return at.arrived != 0 && at.arrived == (at.wanted == 0 ? b.live : at.wanted);
}

/// Lets all threads at a barrier of the block go on, but for the one that came last and runs.
u64 open_barrier(block& b, u32 id, const fiber* last) {
  barrier& at = b.barriers[id];
  if (at.is_mixed != 0) {
    for (u32 rank = 0; rank < b.of->threads; ++rank) {
      const fiber& f = b.fibers[rank];
      if (f.what == op::block_barrier && f.barrier_id == id && !is_same(f.where, at.first)) fail_waiting(b);
    }
  }
  const u64 result = static_cast<u64>(at.yes) << 32 | at.arrived;
  b.at_barrier -= at.arrived;
  u32 left = at.arrived;
  for (u32 rank = 0; left != 0; ++rank) {
    fiber& f = b.fibers[rank];
    if (f.what != op::block_barrier || f.barrier_id != id) continue;
    --left;
    if (&f == last)
      f.what = op::none;
    else
      make_ready(f, result);
  }
  at = barrier{};
  return result;
}

/// What the lanes that `f` waits for make of their values, when all have come; `running` needs not be woken.
bool try_exchange(fiber& f, const fiber* running) {
  warp& w = warp_of(f);
  const u32 group = f.mask & w.live;
  if ((group & ~w.exchanging) != 0) return false;
  fiber* lanes = &f - f.rank % kWarpSize;
  for (u32 rest = group; rest != 0; rest &= rest - 1) {
    const fiber& other = lanes[__builtin_ctz(rest)];
    if (other.what != f.what || other.mask != f.mask) return false;
  }
  compute_exchange(f.what, lanes, group);
  w.exchanging &= ~group;
  for (u32 rest = group; rest != 0; rest &= rest - 1) {
    fiber& other = lanes[__builtin_ctz(rest)];
    if (&other == running)
      other.what = op::none;
    else
      make_ready(other, other.result);
  }
  return true;
}

/// A thread has returned: whoever waited for it alone goes on.
void finish(block& b, fiber& f) {
  warp& w = warp_of(f);
  w.live &= ~bit_of(f);
  b.live -= 1;
  b.of->finished += 1;
  if (b.at_barrier != 0)
    for (u32 id = 0; id < kBarriers; ++id)
      if (is_complete(b, b.barriers[id])) open_barrier(b, id, nullptr);
  fiber* lanes = &f - f.rank % kWarpSize;
  for (u32 rest = w.exchanging; rest != 0; rest &= rest - 1) {
    fiber& other = lanes[__builtin_ctz(rest)];
    if (other.what != op::none) try_exchange(other, nullptr);
  }
}

/// Runs a thread until it returns or waits. Threads that return without waiting share a stack.
__attribute__((noinline)) void resume(block& b, fiber& f) {
  run& r = *b.of;
  const u32 own_stack = stack_pointer(), own_limit = stack_limit();
  const bool is_new = f.is_waiting == 0;
  position& now = here;
  now.thread_index = f.index;
  now.self = &f;
  now.is_between = false;
  if (is_new) {
    if (r.used_stacks == r.fiber_limit) detail::fail(detail::failure::too_many_threads);
    f.stack = r.stacks + r.used_stacks * r.stack_bytes;
    f.unwound_to = f.stack;
    // Stacks that begin at different places of a page do not fight for the same lines of the cache.
    f.stack_pointer = f.stack + r.stack_bytes - r.used_stacks % 16 * 128;
  } else {
    f.is_waiting = 0;
    f.is_coming_back = 1;
    ring_start_rewind(&f);
  }
  set_stack_limit(f.stack + kStackMargin);  // first: what is checked is the pointer
  set_stack_pointer(f.stack_pointer);
  ring_thread_entry(r.what->entry, r.what->argument);
  set_stack_limit(own_limit);
  set_stack_pointer(own_stack);
  here.is_between = true;
  if (f.is_waiting == 0) return finish(b, f);
  ring_stop_unwind();
  if (is_new) r.used_stacks += 1;
}

/// Lanes that ask who is here, each group of one place together.
void answer_active_masks(fiber* lanes, warp& w) {
  while (w.probing != 0) {
    const fiber& first = lanes[__builtin_ctz(w.probing)];
    u32 group = 0;
    for (u32 rest = w.probing; rest != 0; rest &= rest - 1) {
      const u32 lane = static_cast<u32>(__builtin_ctz(rest));
      if (is_same(lanes[lane].where, first.where)) group |= 1u << lane;
    }
    w.probing &= ~group;
    for (u32 rest = group; rest != 0; rest &= rest - 1) make_ready(lanes[__builtin_ctz(rest)], group);
  }
}

/// Runs a warp until none of its lanes can go on.
bool run_warp(block& b, u32 index) {
  warp& w = b.lanes[index];
  fiber* lanes = b.fibers + index * kWarpSize;
  bool has_run = false;
  for (;;) {
    while (w.ready != 0) {
      const u32 lane = static_cast<u32>(__builtin_ctz(w.ready));
      w.ready &= w.ready - 1;
      has_run = true;
      resume(b, lanes[lane]);
    }
    if (w.probing == 0) return has_run;
    answer_active_masks(lanes, w);
  }
}

void wake_sleepers(block& b) {
  for (u32 rank = 0; b.slept != 0; ++rank) {
    fiber& f = b.fibers[rank];
    if (f.what != op::yield) continue;
    b.slept -= 1;
    make_ready(f, 0);
  }
}

/// Apart from whoever exchanges the block's data: the compiler takes its address for a constant of a function.
__attribute__((noinline)) void place(const block& b, const launch& l) {
  here.is_between = true;
  here.block_index = b.index;
  here.block_dim = l.block_dim;
  here.grid_dim = {l.grid_dim.x * l.instances, l.grid_dim.y, l.grid_dim.z};
}

__attribute__((noinline)) void forget_thread() {
  here.self = nullptr;
  here.is_between = false;
}

/// Runs a block until its threads have returned, or all that have not wait for the grid.
void run_block(block& b) {
  set_shared_data(b.shared);
  for (;;) {
    bool has_run = false;
    for (u32 index = 0; index < b.warps; ++index)
      if (b.lanes[index].ready != 0 || b.lanes[index].probing != 0) has_run |= run_warp(b, index);
    if (b.slept != 0)
      wake_sleepers(b);
    else if (!has_run)
      break;
  }
  if (b.live != b.at_grid) fail_waiting(b);
  forget_thread();
}

void begin_block(block& b, run& r, u32 number) {
  const launch& l = *r.what;
  const uint3 grid = l.grid_dim, dim = l.block_dim;
  const u32 rank = l.first_block + number;
  b.of = &r;
  b.shared = l.shared + number * l.shared_stride;
  b.index = {l.instance * grid.x + rank % grid.x, rank / grid.x % grid.y, rank / grid.x / grid.y};
  b.warps = (r.threads + kWarpSize - 1) / kWarpSize;
  b.live = r.threads;
  b.at_barrier = b.at_grid = b.slept = 0;
  for (barrier& each : b.barriers) each = barrier{};
  for (u32 index = 0; index < b.warps; ++index) {
    const u32 left = r.threads - index * kWarpSize;
    const u32 live = left < kWarpSize ? (1u << left) - 1 : 0xffffffffu;
    b.lanes[index] = warp{live, live, 0, 0};
  }
  uint3 index = {0, 0, 0};
  for (u32 thread = 0; thread < r.threads; ++thread) {
    fiber& f = b.fibers[thread];
    f = fiber{};
    f.home = detail::address_of(&b);
    f.rank = thread;
    f.index = index;
    if (++index.x == dim.x) {
      index.x = 0;
      if (++index.y == dim.y) {
        index.y = 0;
        ++index.z;
      }
    }
  }
  set_shared_data(b.shared);
  place(b, l);
}

/// All threads of the launch that have not returned wait for the grid: they go on.
void open_grid(block* blocks, u32 count) {
  for (u32 number = 0; number < count; ++number) {
    block& b = blocks[number];
    b.at_grid = 0;
    for (u32 rank = 0; rank < b.of->threads; ++rank)
      if (b.fibers[rank].what == op::grid_barrier) make_ready(b.fibers[rank], 0);
  }
}

/// Lays out the worker's memory: blocks, fibers, stacks. A block that ends leaves its place to the next one, unless
/// one before it waits.
void lay_out(run& r, const abi::worker& w) {
  const launch& l = *r.what;
  const u32 begin = w.fiber_memory + (sizeof(run) + 63) / 64 * 64;
  const u64 blocks = static_cast<u64>(l.block_count) * sizeof(block);
  const u64 end = static_cast<u64>(w.fiber_memory) + w.fiber_bytes;
  if (w.fiber_bytes == 0 || begin + blocks + kStackAlignment >= end) detail::fail(detail::failure::too_many_threads);
  r.stack_bytes = w.fiber_stack_bytes;
  r.fibers = begin + static_cast<u32>(blocks);
  const u64 room = end - r.fibers - kStackAlignment;
  r.fiber_limit = static_cast<u32>(room / (sizeof(fiber) + r.stack_bytes));
  r.stacks =
      (r.fibers + r.fiber_limit * static_cast<u32>(sizeof(fiber)) + kStackAlignment - 1) & ~(kStackAlignment - 1);
  if (r.fiber_limit < r.threads) detail::fail(detail::failure::too_many_threads);
}

void run_blocks(run& r) {
  const launch& l = *r.what;
  block* blocks = detail::at<block>(detail::address_of(&r) + (sizeof(run) + 63) / 64 * 64);
  u32 waiting = 0;  // blocks that wait for the grid keep their fibers
  for (u32 number = 0; number < l.block_count; ++number) {
    block& b = blocks[number];
    if ((waiting + 1) * r.threads > r.fiber_limit) detail::fail(detail::failure::too_many_threads);
    b.fibers = detail::at<fiber>(r.fibers) + waiting * r.threads;
    if (waiting == 0) r.used_stacks = 0;
    begin_block(b, r, number);
    run_block(b);
    if (waiting != 0 || b.live != 0) waiting += 1;
  }
  block* first = blocks + (l.block_count - waiting);
  while (r.finished != r.threads * l.block_count) {
    open_grid(first, waiting);
    for (u32 number = 0; number < waiting; ++number) run_block(first[number]);
  }
}

}  // namespace

u64 sync_block(u32 id, u32 count, bool vote, const char* file, u32 line) {
  fiber* f = here.self;
  if (f == nullptr) return vote ? 1ull << 32 | 1 : 1;
  if (comes_back(*f)) return f->result;
  block& b = home_of(*f);
  if (id >= kBarriers || count > b.of->threads || count % kWarpSize != 0) detail::fail(detail::failure::bad_barrier);
  barrier& at = b.barriers[id];
  if (at.arrived == 0) {
    at.first = {file, line};
    at.wanted = count;
  } else if (id == 0 && !is_same(at.first, {file, line})) {
    at.is_mixed = 1;  // named barriers are there to be met at from different code
  }
  f->what = op::block_barrier;
  f->barrier_id = id;
  f->where = {file, line};
  b.at_barrier += 1;
  at.arrived += 1;
  at.yes += vote ? 1 : 0;
  if (is_complete(b, at)) return open_barrier(b, id, f);
  leave(*f);
  return 0;
}

void sync_grid(const char* file, u32 line) {
  fiber* f = here.self;
  if (f == nullptr || comes_back(*f)) return;
  const launch& l = *home_of(*f).of->what;
  if (l.block_count != l.grid_dim.x * l.grid_dim.y * l.grid_dim.z) {
    ring_host_fail_at(file, line);
    detail::fail(detail::failure::not_cooperative);
  }
  f->what = op::grid_barrier;
  f->where = {file, line};
  home_of(*f).at_grid += 1;
  leave(*f);
}

u64 exchange(op what, u32 mask, u64 value, u32 parameter, const char* file, u32 line) {
  fiber* f = here.self;
  if (f == nullptr) return exchange_alone(what, mask, value, parameter);
  if (comes_back(*f)) return f->result;
  f->where = {file, line};
  if ((mask & bit_of(*f)) == 0) {
    ring_host_fail_at(file, line);
    detail::fail(detail::failure::not_in_mask);
  }
  f->what = what;
  f->mask = mask;
  f->value = value;
  f->parameter = parameter;
  warp_of(*f).exchanging |= bit_of(*f);
  if (try_exchange(*f, f)) return f->result;
  leave(*f);
  return 0;
}

u32 active_mask(const char* file, u32 line) {
  fiber* f = here.self;
  if (f == nullptr) return 1;
  if (comes_back(*f)) return static_cast<u32>(f->result);
  f->what = op::active_mask;
  f->where = {file, line};
  warp_of(*f).probing |= bit_of(*f);
  leave(*f);
  return 0;
}

void yield() {
  fiber* f = here.self;
  if (f == nullptr || comes_back(*f)) return;
  f->what = op::yield;
  home_of(*f).slept += 1;
  leave(*f);
}

}  // namespace ring::simt

extern "C" __attribute__((export_name("ring_run_threads"))) void ring_run_threads(::ring::simt::launch* l) {
  using namespace ring::simt;
  const auto& worker = *ring::detail::at<ring::abi::worker>(l->worker);
  const u32 own_data = shared_data();
  run& r = *ring::detail::at<run>(worker.fiber_memory);
  if (worker.fiber_bytes < sizeof(run)) ring::detail::fail(ring::detail::failure::too_many_threads);
  r = run{};
  r.what = l;
  r.threads = l->block_dim.x * l->block_dim.y * l->block_dim.z;
  lay_out(r, worker);
  run_blocks(r);
  set_shared_data(own_data);
}

// Whose fault a trap was, asked before anything is reset.
extern "C" __attribute__((export_name("ring_fault_block"))) ::ring::abi::u32 ring_fault_block() {
  return ::ring::simt::here.self == nullptr ? ~0u : ::ring::simt::block_rank();
}
extern "C" __attribute__((export_name("ring_fault_thread"))) ::ring::abi::u32 ring_fault_thread() {
  return ::ring::simt::here.self == nullptr ? ~0u : ::ring::simt::thread_rank();
}
