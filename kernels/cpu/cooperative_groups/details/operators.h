// Operators of reductions and scans.
//
// Runs on the CPU device only (Clang, wasm32).
#pragma once

#include "warp_groups.h"

namespace cooperative_groups {

#define RING_GROUP_OPERATOR(name_, expression_)                          \
  template <class T>                                                     \
  struct name_ {                                                         \
    T operator()(T a, T b) const { return static_cast<T>(expression_); } \
  };
RING_GROUP_OPERATOR(plus, a + b)
RING_GROUP_OPERATOR(less, b < a ? b : a)
RING_GROUP_OPERATOR(greater, a < b ? b : a)
RING_GROUP_OPERATOR(bit_and, a& b)
RING_GROUP_OPERATOR(bit_or, a | b)
RING_GROUP_OPERATOR(bit_xor, a ^ b)
#undef RING_GROUP_OPERATOR

namespace details {
/// What a warp computes itself, of integers of up to 32 bits: one wait.
template <class T, class Operator>
inline constexpr op warp_operation = op::none;
template <class T>
inline constexpr bool is_small_integer = __is_integral(T) && !__is_same(T, bool) && sizeof(T) <= 4;
template <class T>
inline constexpr bool is_negatable = static_cast<T>(-1) < static_cast<T>(0);
template <class T>
inline constexpr op warp_operation<T, plus<T>> = is_small_integer<T> ? op::add : op::none;
template <class T>
inline constexpr op warp_operation<T, bit_and<T>> = is_small_integer<T> ? op::bit_and : op::none;
template <class T>
inline constexpr op warp_operation<T, bit_or<T>> = is_small_integer<T> ? op::bit_or : op::none;
template <class T>
inline constexpr op warp_operation<T, bit_xor<T>> = is_small_integer<T> ? op::bit_xor : op::none;
template <class T, bool is_small = is_small_integer<T>>
inline constexpr op warp_minimum = op::none;
template <class T>
inline constexpr op warp_minimum<T, true> = is_negatable<T> ? op::min_signed : op::min_unsigned;
template <class T, bool is_small = is_small_integer<T>>
inline constexpr op warp_maximum = op::none;
template <class T>
inline constexpr op warp_maximum<T, true> = is_negatable<T> ? op::max_signed : op::max_unsigned;
template <class T>
inline constexpr op warp_operation<T, less<T>> = warp_minimum<T>;
template <class T>
inline constexpr op warp_operation<T, greater<T>> = warp_maximum<T>;

template <class Group>
inline constexpr bool is_of_lanes = __is_base_of(lane_votes<Group>, Group);
template <unsigned Size, class Parent>
inline constexpr bool is_of_lanes<thread_block_tile<Size, Parent>> = true;
}  // namespace details

}  // namespace cooperative_groups
