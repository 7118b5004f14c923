// Runs the threads of blocks, warp by warp, until they have returned.
//
// Runs on the CPU device only (Clang, wasm32). A part of ring_threads.cc.
#pragma once

#include "ring_fibers.h"

namespace ring::simt {

namespace {

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

/// Asyncify looks only afterwards whether the frames of a thread that was left fitted beside its stack.
inline void check_frames(const fiber& f) {
  if (f.unwound_to <= f.unwind_end) return;
  if (f.what != op::yield) ring_host_fail_at(f.where.file, f.where.line);
  detail::fail(detail::failure::stack_overflow);
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
  check_frames(f);
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

}  // namespace ring::simt
