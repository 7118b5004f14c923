// Fibers of a worker, and what they wait for. Binaryen's Asyncify makes a call of start_unwind return from every
// function up to the scheduler (ring_scheduler.h), and a call of start_rewind go back to where that was.
//
// Runs on the CPU device only (Clang, wasm32). A part of ring_threads.cc: it defines a global of the module.
#pragma once

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

struct alignas(alignof(fiber)) block {  // fibers lie behind the last one
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
static_assert(sizeof(block) <= 1280 && sizeof(fiber) <= 128, "what main/devices/cpu/fiber-memory.ts makes room for");

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

}  // namespace

}  // namespace ring::simt
