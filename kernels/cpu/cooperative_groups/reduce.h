// cooperative_groups::reduce.
//
// Runs on the CPU device only (Clang, wasm32). Values are put together in the order of their ranks.
#pragma once

#include "../cooperative_groups.h"

#if !defined(RING_TYPES_ONLY)
#include "details/operators.h"

namespace cooperative_groups {

/// What the operator makes of the values of all threads of a tile or a coalesced group; all get it.
template <class Group, class T, class Operator>
auto reduce(const Group& group, T&& value, Operator&& combine, RING_SITE) -> decltype(combine(value, value)) {
  using V = details::value_of<T>;
  static_assert(details::is_of_lanes<Group>,
                "cg::reduce takes tiles and coalesced groups: reduce the block by its tiles");
  static_assert(__is_same(decltype(combine(value, value)), V), "the operator's type is not the value's");
  constexpr details::op native = details::warp_operation<V, details::value_of<Operator>>;
  if constexpr (native != details::op::none) {
    const auto bits = static_cast<details::u64>(static_cast<details::u32>(value));
    return static_cast<V>(::ring::simt::exchange(native, mask_of(group), bits, 0, RING_HERE));
  } else {
    const details::gathered<V> all(mask_of(group), value, RING_HERE);
    details::u32 rest = all.present();
    V result = all[details::first_lane(rest)];
    while ((rest &= rest - 1) != 0) result = combine(result, all[details::first_lane(rest)]);
    all.close(RING_HERE);
    return result;
  }
}

/// Stores what `reduce` returns: once the group has synchronized, it is there.
template <class Group, class D, class T, class Operator>
void reduce_store_async(const Group& group, D* to, T&& value, Operator&& combine, RING_SITE) {
  const auto result = reduce(group, value, combine, RING_HERE);
  if (group.thread_rank() == 0) *to = result;
}

template <class... Any>
RING_UNAVAILABLE("cg::reduce_update_async updates a cuda::atomic of libcu++, which the CPU device has not")
void reduce_update_async(Any&&...);

}  // namespace cooperative_groups
#endif
