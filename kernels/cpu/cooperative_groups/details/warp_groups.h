// Groups of lanes of one warp.
//
// Runs on the CPU device only (Clang, wasm32).
#pragma once

#include "groups.h"

namespace cooperative_groups {

namespace details {
/// Votes and matches, in which the bit of a lane is its rank in the group.
template <class Group>
class lane_votes {
 public:
  int any(int predicate, RING_SITE) const { return vote(predicate, RING_HERE) != 0; }
  int all(int predicate, RING_SITE) const { return vote(predicate == 0, RING_HERE) == 0; }
  unsigned ballot(int predicate, RING_SITE) const { return packed(vote(predicate, RING_HERE)); }
  template <class T>
  unsigned match_any(T value, RING_SITE) const {
    return packed(match(op::match_any, value, RING_HERE));
  }
  template <class T>
  unsigned match_all(T value, int& all, RING_SITE) const {
    const u32 same = match(op::match_all, value, RING_HERE);
    all = same != 0 ? 1 : 0;
    return packed(same);
  }

 private:
  u32 mask() const { return mask_of(*static_cast<const Group*>(this)); }
  u32 packed(u32 lanes) const { return pack(lanes, mask()); }
  u32 vote(bool is_yes, const char* file, u32 line) const {
    return static_cast<u32>(::ring::simt::exchange(op::ballot, mask(), is_yes ? 1 : 0, 0, file, line));
  }
  template <class T>
  u32 match(op how, const T& value, const char* file, u32 line) const {
    return static_cast<u32>(::ring::simt::exchange(how, mask(), ::ring::simt::to_bits(value), 0, file, line));
  }
};

template <unsigned Size>
u32 tile_mask() {
  constexpr u32 lanes = Size == kWarpSize ? ~0u : (1u << Size % kWarpSize) - 1;
  return lanes << (::ring::simt::lane() & ~(Size - 1));
}
}  // namespace details

template <unsigned Size, class Parent = void>
class thread_block_tile;

/// Lanes side by side, whichever group they are a part of.
template <unsigned Size>
class thread_block_tile<Size, void> : public thread_group, public details::lane_votes<thread_block_tile<Size, void>> {
 public:
  static void sync(RING_SITE) {
    ::ring::simt::exchange(details::op::sync_warp, details::tile_mask<Size>(), 0, 0, RING_HERE);
  }
  static constexpr unsigned num_threads() { return Size; }
  static constexpr unsigned size() { return Size; }
  static unsigned thread_rank() { return ::ring::simt::lane() & (Size - 1); }
  unsigned meta_group_rank() const { return lanes_of(*this).meta_rank; }
  unsigned meta_group_size() const { return lanes_of(*this).meta_size; }

  template <class T>
  details::value_of<T> shfl(T&& value, int rank, RING_SITE) const {
    return details::from_lane<details::value_of<T>>(mask(), value, lane_of(static_cast<unsigned>(rank) & (Size - 1)),
                                                    RING_HERE);
  }
  template <class T>
  details::value_of<T> shfl_up(T&& value, unsigned delta, RING_SITE) const {
    const unsigned rank = thread_rank();
    return details::from_lane<details::value_of<T>>(mask(), value, lane_of(delta <= rank ? rank - delta : rank),
                                                    RING_HERE);
  }
  template <class T>
  details::value_of<T> shfl_down(T&& value, unsigned delta, RING_SITE) const {
    const unsigned rank = thread_rank();
    return details::from_lane<details::value_of<T>>(mask(), value, lane_of(delta < Size - rank ? rank + delta : rank),
                                                    RING_HERE);
  }
  template <class T>
  details::value_of<T> shfl_xor(T&& value, unsigned lanes, RING_SITE) const {
    const unsigned rank = thread_rank(), from = rank ^ lanes;
    return details::from_lane<details::value_of<T>>(mask(), value, lane_of(from < Size ? from : rank), RING_HERE);
  }

 protected:
  thread_block_tile(unsigned rank, unsigned size)
      : thread_group(details::lanes_data{details::tile_mask<Size>(), rank, size}) {
    static_assert(Size <= 32, "tiles of more than 32 threads are not supported by the CPU device: use the block");
    static_assert(Size != 0 && (Size & (Size - 1)) == 0, "cg::thread_block_tile has 1, 2, 4, 8, 16 or 32 threads");
  }

 private:
  friend thread_block_tile<1, void> this_thread();
  static unsigned mask() { return details::tile_mask<Size>(); }
  static unsigned lane_of(unsigned rank) { return (::ring::simt::lane() & ~(Size - 1)) + rank; }
  friend unsigned mask_of(const thread_block_tile&) { return mask(); }
};

template <unsigned Size, class Parent>
class thread_block_tile : public thread_block_tile<Size, void> {
 public:
  static unsigned meta_group_rank() { return Parent::thread_rank() / Size; }
  static unsigned meta_group_size() { return (Parent::size() + Size - 1) / Size; }

 private:
  thread_block_tile() : thread_block_tile<Size, void>(meta_group_rank(), meta_group_size()) {}
  template <unsigned Tile, class Of>
  friend thread_block_tile<Tile, Of> tiled_partition(const Of&);
};

inline thread_block_tile<1, void> this_thread() { return {0, 1}; }

/// Any lanes of a warp; its ranks count those lanes.
class coalesced_group : public thread_group, public details::lane_votes<coalesced_group> {
 public:
  void sync(RING_SITE) const { ::ring::simt::exchange(details::op::sync_warp, mask(), 0, 0, RING_HERE); }
  unsigned num_threads() const { return details::count(mask()); }
  unsigned size() const { return num_threads(); }
  unsigned thread_rank() const { return details::count(mask() & details::below(::ring::simt::lane())); }
  unsigned meta_group_rank() const { return lanes_of(*this).meta_rank; }
  unsigned meta_group_size() const { return lanes_of(*this).meta_size; }

  template <class T>
  details::value_of<T> shfl(T&& value, int rank, RING_SITE) const {
    return from_rank<details::value_of<T>>(value, static_cast<unsigned>(rank), RING_HERE);
  }
  template <class T>
  details::value_of<T> shfl_up(T&& value, unsigned delta, RING_SITE) const {
    const unsigned rank = thread_rank();
    return from_rank<details::value_of<T>>(value, delta <= rank ? rank - delta : rank, RING_HERE);
  }
  template <class T>
  details::value_of<T> shfl_down(T&& value, unsigned delta, RING_SITE) const {
    const unsigned rank = thread_rank();
    return from_rank<details::value_of<T>>(value, delta < size() - rank ? rank + delta : rank, RING_HERE);
  }

 private:
  explicit coalesced_group(const details::lanes_data& lanes) : thread_group(lanes) {}
  unsigned mask() const { return lanes_of(*this).mask; }
  template <class T>
  T from_rank(const T& value, unsigned rank, const char* file, unsigned line) const {
    return details::from_lane(mask(), value, details::lane_at(mask(), rank), file, line);
  }
  friend unsigned mask_of(const coalesced_group& group) { return group.mask(); }
  friend struct coalesced_access;
};

}  // namespace cooperative_groups
