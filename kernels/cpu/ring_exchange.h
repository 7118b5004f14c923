// What the lanes of a warp make of their values together.
//
// Runs on the CPU device only (Clang, wasm32).
#pragma once

#include "ring_cpu.h"

namespace ring::simt {

/// Where in the source a thread waits; strings of the compiler's, so that equal files are mostly equal pointers.
struct site {
  const char* file;
  u32 line;
};

/// A thread that is under way.
struct alignas(16) fiber {
  u32 unwound_to;  ///< Asyncify's: frames lie from the low end of the stack up to here
  u32 unwind_end;  ///< Asyncify's: and may go up to here, where the C++ stack ends
  u32 stack_pointer;
  u32 stack;  ///< low end
  u32 home;   ///< address of its block
  u32 rank;   ///< in the block
  uint3 index;
  u32 is_waiting;      ///< has been left
  u32 is_coming_back;  ///< is on its way to where it was left
  op what;             ///< that it waits for
  u32 barrier_id;
  u32 mask;
  u32 parameter;
  u64 value;
  u64 result;
  site where;
};

struct warp {
  u32 live;        ///< lanes that have not returned
  u32 ready;       ///< can go on
  u32 exchanging;  ///< wait for other lanes
  u32 probing;     ///< ask who is here
};

inline bool is_same(const site& a, const site& b) {
  return a.line == b.line && (a.file == b.file || __builtin_strcmp(a.file, b.file) == 0);
}

/// The lane whose value a shuffle brings, 32 and more for none; as PTX defines shfl for distances below 32; beyond,
/// which CUDA does not define, none.
inline u32 source_lane(op what, u32 lane, u32 parameter) {
  const u32 by = parameter & 0xff, width = parameter >> 8;
  const u32 first = lane & ~(width - 1);
  switch (what) {
    case op::shuffle:
      return first + (by & (width - 1));
    case op::shuffle_up:
      return lane - first >= by ? lane - by : kWarpSize;
    case op::shuffle_down:
      return lane - first + by < width ? lane + by : kWarpSize;
    default:
      return (lane ^ by) < first + width ? lane ^ by : kWarpSize;
  }
}

inline u64 reduce(op what, u64 a, u64 b) {
  const u32 x = static_cast<u32>(a), y = static_cast<u32>(b);
  const int left = static_cast<int>(x), right = static_cast<int>(y);
  switch (what) {
    case op::add:
      return x + y;
    case op::min_unsigned:
      return x < y ? x : y;
    case op::max_unsigned:
      return x > y ? x : y;
    case op::min_signed:
      return left < right ? x : y;
    case op::max_signed:
      return left > right ? x : y;
    case op::bit_and:
      return x & y;
    case op::bit_or:
      return x | y;
    default:
      return x ^ y;
  }
}

/// Of the lanes of `group` those that have the value of `lane`.
inline u32 alike(const fiber* lanes, u32 group, u32 lane) {
  u32 same = 0;
  for (u32 rest = group; rest != 0; rest &= rest - 1) {
    const u32 other = static_cast<u32>(__builtin_ctz(rest));
    if (lanes[other].value == lanes[lane].value) same |= 1u << other;
  }
  return same;
}

/// What a shuffle brings `lane`: its own value from beyond the segment, and 0 from lanes that do not take part. CUDA
/// leaves the latter undefined; NVIDIA's reduce7 adds it and counts on nothing being there.
inline u64 shuffled(op what, const fiber* lanes, u32 group, u32 lane) {
  const u32 from = source_lane(what, lane, lanes[lane].parameter);
  if (from >= kWarpSize) return lanes[lane].value;
  return (group >> from & 1) != 0 ? lanes[from].value : 0;
}

inline bool is_shuffle(op what) { return what >= op::shuffle && what <= op::shuffle_xor; }

/// Writes the result of every lane of `group`, all of which wait for `what`.
inline void compute_exchange(op what, fiber* lanes, u32 group) {
  u64 together = 0;
  if (what == op::ballot) {
    for (u32 rest = group; rest != 0; rest &= rest - 1)
      if (lanes[__builtin_ctz(rest)].value != 0) together |= rest & -rest;
  } else if (what == op::match_all) {
    const u32 same = alike(lanes, group, static_cast<u32>(__builtin_ctz(group)));
    together = same == group ? group : 0;
  } else if (what >= op::add) {
    u32 rest = group;
    together = lanes[__builtin_ctz(rest)].value;
    while ((rest &= rest - 1) != 0) together = reduce(what, together, lanes[__builtin_ctz(rest)].value);
  }
  for (u32 rest = group; rest != 0; rest &= rest - 1) {
    const u32 lane = static_cast<u32>(__builtin_ctz(rest));
    fiber& f = lanes[lane];
    if (is_shuffle(what)) {
      f.result = shuffled(what, lanes, group, lane);
    } else {
      f.result = what == op::match_any ? alike(lanes, group, lane) : together;
    }
  }
}

/// The same for a block of one thread.
inline u64 exchange_alone(op what, u32 mask, u64 value, u32 parameter) {
  if ((mask & 1) == 0) detail::fail(detail::failure::not_in_mask);
  if (what == op::ballot) return value != 0 ? 1 : 0;
  if (is_shuffle(what)) {
    const u32 from = source_lane(what, 0, parameter);
    return from == 0 || from >= kWarpSize ? value : 0;
  }
  return what == op::match_any || what == op::match_all ? 1 : value;
}

}  // namespace ring::simt
