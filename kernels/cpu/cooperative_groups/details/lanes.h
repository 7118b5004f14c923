// What lanes of a warp give each other, of any size.
//
// Runs on the CPU device only (Clang, wasm32).
#pragma once

#include "ring_cpu.h"
#include "ring_exchange.h"

namespace cooperative_groups::details {

using ::ring::abi::u32;
using ::ring::abi::u64;
using ::ring::simt::kWarpSize;
using ::ring::simt::op;

inline u32 count(u32 mask) { return static_cast<u32>(__builtin_popcount(mask)); }
inline u32 below(u32 lane) { return (1u << lane) - 1; }
inline u32 first_lane(u32 mask) { return static_cast<u32>(__builtin_ctz(mask)); }

/// The lane with that rank among those of the mask, 32 where there is none.
inline u32 lane_at(u32 mask, u32 rank) {
  for (; mask != 0; mask &= mask - 1)
    if (rank-- == 0) return first_lane(mask);
  return kWarpSize;
}

/// Bits of lanes as bits of their ranks in the group.
inline u32 pack(u32 lanes, u32 group) {
  u32 packed = 0, rank = 0;
  for (; group != 0; group &= group - 1) packed |= (lanes >> first_lane(group) & 1) << rank++;
  return packed;
}

/// `T` without reference and const: what a group's functions return.
template <class T>
using value_of = __remove_cvref(T);

/// The value of a lane of `mask`: one's own where there is no such lane, 0 where it does not take part.
template <class T>
T from_lane(u32 mask, const T& own, u32 lane, const char* file, u32 line) {
  static_assert(__is_trivially_copyable(T), "what lanes give each other is copied byte by byte");
  const u32 source = lane < kWarpSize ? lane : ::ring::simt::lane();
  if constexpr (sizeof(T) <= 8) {
    return ::ring::simt::shuffle(op::shuffle, mask, own, source, kWarpSize, file, line);
  } else {
    // The address, and then nobody leaves before all have copied.
    const u32 address = ::ring::detail::address_of(&own);
    const u32 from = ::ring::simt::shuffle(op::shuffle, mask, address, source, kWarpSize, file, line);
    T value = *::ring::detail::at<const T>(from != 0 ? from : address);
    if (from == 0) __builtin_memset(&value, 0, sizeof(T));
    ::ring::simt::exchange(op::sync_warp, mask, address, 0, file, line);
    return value;
  }
}

/// The values of all lanes of a group, from its construction to the end of `close`.
template <class T>
class gathered {
 public:
  gathered(u32 mask, const T& own, const char* file, u32 line) : mask_(mask), own_(::ring::detail::address_of(&own)) {
    present_ = static_cast<u32>(::ring::simt::exchange(op::ballot, mask, own_, 0, file, line));
  }
  /// Lanes of the group that have not returned.
  u32 present() const { return present_; }
  const T& operator[](u32 lane) const {
    const ::ring::simt::fiber* self = ::ring::simt::here.self;
    if (self == nullptr) return *::ring::detail::at<const T>(own_);
    // What a lane has given to its last exchange; `close` gives the same once more.
    const ::ring::simt::fiber* lanes = self - self->rank % kWarpSize;
    return *::ring::detail::at<const T>(static_cast<u32>(lanes[lane].value));
  }
  /// Waits until all have read.
  void close(const char* file, u32 line) const { ::ring::simt::exchange(op::sync_warp, mask_, own_, 0, file, line); }

 private:
  u32 mask_;
  u32 own_;
  u32 present_;
};

}  // namespace cooperative_groups::details
