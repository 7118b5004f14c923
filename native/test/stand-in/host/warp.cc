// Collectives of warps. Lanes that name the same mask meet; those of them that have returned are not waited for. The
// last one to come computes what everybody gets.
#include <algorithm>
#include <bit>
#include <cstdio>

#include "block.h"

namespace standin {

namespace {

/// Of what a lane reads from one that does not take part.
constexpr u64 kUndefined = 0xdeaddeaddeaddeadu;

u64 reduce(warp_op op, u64 a, u64 b) {
  const auto x = static_cast<u32>(a), y = static_cast<u32>(b);
  switch (op) {
    case warp_op::add:
      return x + y;
    case warp_op::min_unsigned:
      return std::min(x, y);
    case warp_op::max_unsigned:
      return std::max(x, y);
    case warp_op::min_signed:
      return static_cast<u32>(std::min(static_cast<int>(x), static_cast<int>(y)));
    case warp_op::max_signed:
      return static_cast<u32>(std::max(static_cast<int>(x), static_cast<int>(y)));
    case warp_op::bit_and:
      return x & y;
    case warp_op::bit_or:
      return x | y;
    default:
      return x ^ y;
  }
}

}

u64 block::warp(warp_op op, u32 mask, u64 value, u32 argument) {
  const host_section section(*this);
  cuda_thread& thread = *running_;
  if ((mask >> (thread.rank % kWarp) & 1) == 0) {
    char text[96];
    std::snprintf(text, sizeof text, "calls a warp's collective with mask 0x%x, which does not name it", mask);
    fail(719, text);
  }
  thread.op = op;
  thread.mask = mask;
  thread.value = value;
  thread.argument = argument;
  thread.waiting = waits_for::warp;
  complete_warp(thread.rank / kWarp, mask);
  suspend(thread.waiting);
  return thread.outcome;
}

void block::complete_warp(unsigned warp, u32 mask) {
  const unsigned first = warp * kWarp;
  u32 lanes = 0;
  for (unsigned lane = 0; lane < kWarp; ++lane) {
    if ((mask >> lane & 1) == 0 || first + lane >= threads_.size()) continue;
    const cuda_thread& each = threads_[first + lane];
    if (each.waiting == waits_for::returned) continue;
    if (each.waiting != waits_for::warp || each.mask != mask) return;
    lanes |= 1u << lane;
  }
  if (lanes == 0) return;
  const warp_op op = threads_[first + static_cast<unsigned>(std::countr_zero(lanes))].op;
  for (unsigned lane = 0; lane < kWarp; ++lane)
    if ((lanes >> lane & 1) != 0 && threads_[first + lane].op != op) return;
  finish_warp(first, lanes, mask);
}

void block::finish_warp(unsigned first, u32 lanes, u32 mask) {
  cuda_thread* all = &threads_[first];
  const auto start = static_cast<unsigned>(std::countr_zero(lanes));
  const warp_op op = all[start].op;
  const auto for_each = [&](auto visit) {
    for (unsigned lane = 0; lane < kWarp; ++lane)
      if ((lanes >> lane & 1) != 0) visit(lane);
  };
  u64 common = 0;
  if (op == warp_op::ballot) for_each([&](unsigned lane) { common |= (all[lane].value & 1) << lane; });
  if (op == warp_op::match_all) {
    common = mask;
    for_each([&](unsigned lane) { common = all[lane].value == all[start].value ? common : 0; });
  }
  if (op >= warp_op::add) {
    common = all[start].value;
    for_each([&](unsigned lane) { common = lane == start ? common : reduce(op, common, all[lane].value); });
  }
  for_each([&](unsigned lane) {
    cuda_thread& each = all[lane];
    each.outcome = common;
    if (op == warp_op::shuffle) {
      const u32 source = each.argument;
      each.outcome = source < kWarp && (lanes >> source & 1) != 0 ? all[source].value : kUndefined;
    }
    if (op == warp_op::match_any)
      for_each([&](unsigned other) { each.outcome |= all[other].value == each.value ? u64{1} << other : 0; });
  });
  for_each([&](unsigned lane) { make_ready(all[lane]); });
}

u32 block::active_mask() {
  const host_section section(*this);
  suspend(waits_for::active_mask);
  return static_cast<u32>(running_->outcome);
}

/// Who is active together cannot be known: those are who come here before anybody of the block has to wait for them.
bool block::release_active_masks() {
  for (size_t first = 0; first < threads_.size(); first += kWarp) {
    const size_t end = std::min(first + kWarp, threads_.size());
    u32 lanes = 0;
    for (size_t rank = first; rank < end; ++rank)
      if (threads_[rank].waiting == waits_for::active_mask) lanes |= 1u << (rank - first);
    for (size_t rank = first; rank < end; ++rank) {
      if ((lanes >> (rank - first) & 1) == 0) continue;
      threads_[rank].outcome = lanes;
      make_ready(threads_[rank]);
    }
  }
  return !ready_.empty();
}

}
