// cooperative_groups::inclusive_scan and exclusive_scan.
//
// Runs on the CPU device only (Clang, wasm32). Values are put together in the order of their ranks.
#pragma once

#include "../cooperative_groups.h"

#if !defined(RING_TYPES_ONLY)
#include "details/operators.h"

namespace cooperative_groups {

namespace details {
/// Of the values of the group's lanes before `end`; T{} where there are none.
template <class T, class Operator>
T scan_before(const gathered<T>& all, u32 end, Operator& combine) {
  u32 rest = end < kWarpSize ? all.present() & below(end) : all.present();
  if (rest == 0) return T{};
  T result = all[first_lane(rest)];
  while ((rest &= rest - 1) != 0) result = combine(result, all[first_lane(rest)]);
  return result;
}

template <class T, class Group, class Operator>
T scan(const Group& group, const T& value, Operator& combine, u32 end, const char* file, u32 line) {
  static_assert(is_of_lanes<Group>, "cg:: scans take tiles and coalesced groups: scan the block by its tiles");
  static_assert(__is_same(decltype(combine(value, value)), T), "the operator's type is not the value's");
  const gathered<T> all(mask_of(group), value, file, line);
  const T result = scan_before(all, end, combine);
  all.close(file, line);
  return result;
}
}  // namespace details

/// What the operator makes of the values of the threads up to the calling one.
template <class Group, class T, class Operator>
auto inclusive_scan(const Group& group, T&& value, Operator&& combine, RING_SITE) -> decltype(combine(value, value)) {
  return details::scan<details::value_of<T>>(group, value, combine, ::ring::simt::lane() + 1, RING_HERE);
}
template <class Group, class T>
details::value_of<T> inclusive_scan(const Group& group, T&& value, RING_SITE) {
  return inclusive_scan(group, value, plus<details::value_of<T>>(), RING_HERE);
}
/// The same without the calling thread's own; the first one gets T{}.
template <class Group, class T, class Operator>
auto exclusive_scan(const Group& group, T&& value, Operator&& combine, RING_SITE) -> decltype(combine(value, value)) {
  return details::scan<details::value_of<T>>(group, value, combine, ::ring::simt::lane(), RING_HERE);
}
template <class Group, class T>
details::value_of<T> exclusive_scan(const Group& group, T&& value, RING_SITE) {
  return exclusive_scan(group, value, plus<details::value_of<T>>(), RING_HERE);
}

#define RING_NO_SCAN_UPDATE_(name_)                                                                  \
  template <class... Any>                                                                            \
  RING_UNAVAILABLE("cg::" #name_ " updates a cuda::atomic of libcu++, which the CPU device has not") \
  void name_(Any&&...);
RING_NO_SCAN_UPDATE_(inclusive_scan_update)
RING_NO_SCAN_UPDATE_(exclusive_scan_update)
#undef RING_NO_SCAN_UPDATE_

}  // namespace cooperative_groups
#endif
