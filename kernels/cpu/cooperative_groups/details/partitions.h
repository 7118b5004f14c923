// How groups are made of groups, and what is there for all of them.
//
// Runs on the CPU device only (Clang, wasm32).
#pragma once

#include "warp_groups.h"

namespace cooperative_groups {

/// Makes groups for the functions below.
struct coalesced_access {
  static coalesced_group make(const details::lanes_data& lanes) { return coalesced_group(lanes); }
  static const details::lanes_data& of(const coalesced_group& group) { return coalesced_group::lanes_of(group); }
};

/// The lanes of the warp that are here.
inline coalesced_group coalesced_threads(RING_SITE) {
  return coalesced_access::make({::ring::simt::active_mask(RING_HERE), 0, 1});
}

template <unsigned Size, class Parent>
thread_block_tile<Size, Parent> tiled_partition(const Parent&) {
  return {};
}

namespace details {
inline void check_tile_size(unsigned size) {
  if (size == 0 || size > kWarpSize || (size & (size - 1)) != 0) __trap();
}

inline lanes_data tile_of_block(unsigned size) {
  check_tile_size(size);
  const u32 rank = ::ring::simt::thread_rank(), threads = ::ring::simt::thread_count();
  const u32 first = rank & ~(size - 1), lanes = threads - first < size ? threads - first : size;
  return {(~0u >> (kWarpSize - lanes)) << (first % kWarpSize), rank / size, (threads + size - 1) / size};
}

inline lanes_data tile_of_lanes(const lanes_data& parent, unsigned size) {
  check_tile_size(size);
  const u32 threads = count(parent.mask), rank = count(parent.mask & below(::ring::simt::lane()));
  if (threads <= size) return parent;
  u32 lanes = 0, at = 0;
  for (u32 rest = parent.mask; rest != 0; rest &= rest - 1, ++at)
    if (at / size == rank / size) lanes |= rest & -rest;
  return {lanes, rank / size, (threads + size - 1) / size};
}

inline coalesced_group part(u32 lanes, u32 rank, u32 size) { return coalesced_access::make({lanes, rank, size}); }

inline coalesced_group split(u32 mask, bool predicate, const char* file, u32 line) {
  const u32 yes = static_cast<u32>(::ring::simt::exchange(op::ballot, mask, predicate ? 1 : 0, 0, file, line));
  const u32 lanes = predicate ? yes : mask & ~yes;
  return lanes == mask ? part(mask, 0, 1) : part(lanes, predicate ? 1 : 0, 2);
}

template <class Label>
coalesced_group split_by(u32 mask, Label label, const char* file, u32 line) {
  if constexpr (__is_same(Label, bool)) {
    return split(mask, label, file, line);
  } else {
    static_assert(__is_integral(Label) || __is_pointer(Label), "a label is an integer or a pointer");
    const u64 bits = ::ring::simt::to_bits(label);
    const u32 lanes = static_cast<u32>(::ring::simt::exchange(op::match_any, mask, bits, 0, file, line));
    const bool is_first = first_lane(lanes) == ::ring::simt::lane();
    const u32 firsts = static_cast<u32>(::ring::simt::exchange(op::ballot, mask, is_first ? 1 : 0, 0, file, line));
    return part(lanes, count(firsts & below(first_lane(lanes))), count(firsts));
  }
}
}  // namespace details

inline thread_group tiled_partition(const thread_group& parent, unsigned size) {
  if (parent.kind_ == details::kind::grid) __trap();  // it has no tiles, in CUDA neither
  return thread_group(parent.kind_ == details::kind::block ? details::tile_of_block(size)
                                                           : details::tile_of_lanes(parent.lanes_, size));
}
inline coalesced_group tiled_partition(const coalesced_group& parent, unsigned size) {
  return coalesced_access::make(details::tile_of_lanes(coalesced_access::of(parent), size));
}

template <class Label>
coalesced_group labeled_partition(const coalesced_group& group, Label label, RING_SITE) {
  return details::split_by(mask_of(group), label, RING_HERE);
}
template <class Label, unsigned Size, class Parent>
coalesced_group labeled_partition(const thread_block_tile<Size, Parent>& group, Label label, RING_SITE) {
  return details::split_by(mask_of(group), label, RING_HERE);
}
inline coalesced_group binary_partition(const coalesced_group& group, bool predicate, RING_SITE) {
  return details::split(mask_of(group), predicate, RING_HERE);
}
template <unsigned Size, class Parent>
coalesced_group binary_partition(const thread_block_tile<Size, Parent>& group, bool predicate, RING_SITE) {
  return details::split(mask_of(group), predicate, RING_HERE);
}

template <class Group>
void sync(const Group& group, RING_SITE) {
  group.sync(RING_HERE);
}
template <class Group>
auto thread_rank(const Group& group) {
  return group.thread_rank();
}
template <class Group>
auto group_size(const Group& group) {
  return group.num_threads();
}

/// Calls the function in one thread of the group.
template <class Group, class Function, class... Arguments>
void invoke_one(const Group& group, Function&& function, Arguments&&... arguments) {
  if (group.thread_rank() == 0) static_cast<Function&&>(function)(static_cast<Arguments&&>(arguments)...);
}

/// The same, and gives what it returns to all. Parameters behind a pack have no defaults, so what waits names this
/// line.
template <class Group, class Function, class... Arguments>
auto invoke_one_broadcast(const Group& group, Function&& function, Arguments&&... arguments) {
  details::value_of<decltype(function(static_cast<Arguments&&>(arguments)...))> result{};
  if (group.thread_rank() == 0) result = static_cast<Function&&>(function)(static_cast<Arguments&&>(arguments)...);
  return group.shfl(result, 0);
}

}  // namespace cooperative_groups
