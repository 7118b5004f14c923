// Structured collectives: loops that the threads of a block run together, correct at any width. All threads of the
// block call one together, with equal arguments, and all get its result. Each begins and ends with a barrier: it sees
// what any thread of the block wrote before, and what it writes the whole block sees behind it. Functions that are
// passed must not call collectives or barriers.
//
// A block of one thread runs plain loops, which Clang vectorises, without barriers or shared memory.
//
// Compiles in three environments: the CPU device (Clang, wasm32), nvcc and NVRTC.
#pragma once

#include "ring_platform.cuh"

#include "ring_block.cuh"
#include "ring_sort.cuh"

#if defined(RING_DEVICE_CPU)
/// In a function: the compiler may group floating-point additions as vectors need it.
#define RING_REGROUPED_SUMS _Pragma("clang fp reassociate(on)")
/// Before a loop: four accumulators, so that an addition does not wait for the one before.
#define RING_INTERLEAVED _Pragma("clang loop interleave_count(4)")
#else
#define RING_REGROUPED_SUMS
#define RING_INTERLEAVED
#endif

namespace ring {

struct plus {
  template <class T>
  RING_HD constexpr T operator()(const T& a, const T& b) const {
    RING_REGROUPED_SUMS
    return a + b;
  }
};
struct minimum {
  template <class T>
  RING_HD constexpr T operator()(const T& a, const T& b) const {
    return b < a ? b : a;
  }
};
struct maximum {
  template <class T>
  RING_HD constexpr T operator()(const T& a, const T& b) const {
    return a < b ? b : a;
  }
};

namespace detail {

/// Whether the compiler makes vectors of a plain reduction loop: it must be allowed to change the order.
template <class T, class Op>
#if defined(RING_DEVICE_CPU)
inline constexpr bool kRegroups = __is_integral(T) || __is_same(Op, plus);
#else
inline constexpr bool kRegroups = false;
#endif

/// Eight accumulators, where the compiler has none of its own: operations need not wait for each other.
template <class T, class F, class Op>
RING_D inline T reduce_alone(unsigned n, T init, F& f, Op& op) {
  constexpr unsigned kCount = 8;
  unsigned i = 0;
  if (!kRegroups<T, Op> && sizeof(T) <= 8 && n >= kCount) {
    T sums[kCount];
    for (unsigned lane = 0; lane < kCount; ++lane) sums[lane] = f(lane);
    for (i = kCount; n - i >= kCount; i += kCount)
      for (unsigned lane = 0; lane < kCount; ++lane) sums[lane] = op(sums[lane], static_cast<T>(f(i + lane)));
    for (unsigned lane = 0; lane < kCount; ++lane) init = op(init, sums[lane]);
  }
  RING_INTERLEAVED
  for (; i < n; ++i) init = op(init, static_cast<T>(f(i)));
  return init;
}

template <class T, class F, class Op>
RING_D inline T reduce_together(unsigned n, T init, F& f, Op& op) {
  T* sums = block_scratch<T>();
  const unsigned width = block_width(), rank = thread_rank();
  sync_block();
  if (rank < n) {
    T sum = f(rank);
    for (unsigned i = rank; n - i > width;) sum = op(sum, static_cast<T>(f(i += width)));
    sums[rank] = sum;
  }
  sync_block();
  for (unsigned count = n < width ? n : width; count > 1;) {
    const unsigned half = (count + 1) / 2;
    if (rank < count - half) sums[rank] = op(sums[rank], sums[rank + half]);
    sync_block();
    count = half;
  }
  if (n > 0) init = op(init, sums[0]);
  sync_block();
  return init;
}

template <bool kInclusive, class T, class F, class Put, class Op>
RING_D inline T scan_alone(unsigned n, T sum, F& f, Put& put, Op& op) {
  for (unsigned i = 0; i < n; ++i) {
    const T before = sum;
    sum = op(sum, static_cast<T>(f(i)));
    put(i, kInclusive ? sum : before);
  }
  return sum;
}

/// Tiles of the block's width one after the other, each by the method of Hillis and Steele ("Data parallel algorithms",
/// CACM 1986), which keeps the order of operands.
template <bool kInclusive, class T, class F, class Put, class Op>
RING_D inline T scan_together(unsigned n, T before, F& f, Put& put, Op& op) {
  T* sums = block_scratch<T>();
  const unsigned width = block_width(), rank = thread_rank();
  sync_block();
  for (unsigned tile = 0; tile < n;) {
    const unsigned count = n - tile < width ? n - tile : width;
    const bool has_element = rank < count;
    if (has_element) sums[rank] = f(tile + rank);
    sync_block();
    for (unsigned distance = 1; distance < count; distance *= 2) {
      const bool adds = has_element && rank >= distance;
      T sum = sums[has_element ? rank : 0];
      if (adds) sum = op(sums[rank - distance], sum);
      sync_block();
      if (adds) sums[rank] = sum;
      sync_block();
    }
    if (has_element) {
      if (kInclusive)
        put(tile + rank, op(before, sums[rank]));
      else
        put(tile + rank, rank == 0 ? before : op(before, sums[rank - 1]));
    }
    before = op(before, sums[count - 1]);
    sync_block();
    tile += count;
  }
  return before;
}

template <class F>
RING_D inline unsigned histogram_alone(unsigned n, F& f, unsigned* counts, unsigned bins) {
  unsigned left_out = 0;
  for (unsigned i = 0; i < n; ++i) {
    const unsigned bin = f(i);
    if (bin < bins)
      counts[bin] += 1;
    else
      left_out += 1;
  }
  return left_out;
}

/// Counts in shared memory, by atomics there, where the bins fit; else by atomics on `counts`.
template <class F>
RING_D inline unsigned histogram_together(unsigned n, F& f, unsigned* counts, unsigned bins) {
  constexpr unsigned kCounts = 2 * kScratchElements;
  auto* shared = static_cast<unsigned*>(scratch_bytes<kCounts * sizeof(unsigned)>());
  const unsigned width = block_width(), rank = thread_rank();
  const bool fits = bins < kCounts;
  const unsigned kept = fits ? bins : 0;  // in front of the count of those left out
  sync_block();
  for (unsigned bin = rank; bin <= kept; bin += width) shared[bin] = 0;
  sync_block();
  for (unsigned i = rank; i < n;) {
    const unsigned bin = f(i);
    atomicAdd(bin >= bins ? &shared[kept] : fits ? &shared[bin] : &counts[bin], 1u);
    if (n - i <= width) break;
    i += width;
  }
  sync_block();
  for (unsigned bin = rank; bin < kept; bin += width) counts[bin] += shared[bin];
  const unsigned left_out = shared[kept];
  sync_block();
  return left_out;
}

}  // namespace detail

/// The collectives of a context: `ctx.reduce(…)`. n is at most 2^32 - 1; 0 is fine. W is the block's width.
class collectives {
 public:
  /// Calls f(i) once for each i of [0, n), in no particular order. 2 barriers.
  template <class F>
  RING_D void parallel_for(unsigned n, F&& f) {
    const unsigned width = detail::block_width();
    if (width == 1) {
      for (unsigned i = 0; i < n; ++i) f(i);
      return;
    }
    detail::sync_block();
    for (unsigned i = detail::thread_rank(); i < n;) {
      f(i);
      if (n - i <= width) break;
      i += width;
    }
    detail::sync_block();
  }

  /// init op f(0) op f(1) … op f(n - 1), in T, the type of init. op is associative and commutative: operands are
  /// grouped by the width of the block, so that sums of floating-point numbers differ in their last bits between
  /// widths, while one width and n give one result. init counts once. Calls f(i) once for each i.
  /// 3 + log2 W barriers.
  template <class T, class F, class Op = plus>
  RING_D T reduce(unsigned n, T init, F&& f, Op op = {}) {
    if (detail::block_width() == 1) return detail::reduce_alone(n, init, f, op);
    return detail::reduce_together(n, init, f, op);
  }

  /// Calls put(i, init op f(0) op … op f(i)) once for each i, and returns the last sum (init for n = 0). op is
  /// associative; sums of floating-point numbers are grouped by the width. f(i) is called once, before put(i, …) and by
  /// the same thread, so put may write where f reads. 2 log2 W + 2 barriers for every W elements.
  template <class T, class F, class Put, class Op = plus>
  RING_D T scan(unsigned n, T init, F&& f, Put&& put, Op op = {}) {
    if (detail::block_width() == 1) return detail::scan_alone<true>(n, init, f, put, op);
    return detail::scan_together<true>(n, init, f, put, op);
  }

  /// Like scan, without the element itself: put(i, init op f(0) op … op f(i - 1)). Returns the sum of all.
  template <class T, class F, class Put, class Op = plus>
  RING_D T exclusive_scan(unsigned n, T init, F&& f, Put&& put, Op op = {}) {
    if (detail::block_width() == 1) return detail::scan_alone<false>(n, init, f, put, op);
    return detail::scan_together<false>(n, init, f, put, op);
  }

  /// Sorts data[0] … data[n - 1] in place: not stable, so what `less` cannot tell apart may come in another order at
  /// another width. `less` is a strict weak order. n log n steps by one thread; by W threads (n / W) log2² n / 2 steps
  /// and log2² n / 2 barriers.
  template <class T, class Less = detail::less>
  RING_D void sort(T* data, unsigned n, Less less = {}) {
    if (detail::block_width() == 1)
      detail::sort_alone(data, n, less);
    else
      detail::sort_together(data, n, less);
  }

  /// counts[f(i)] += 1 for each i of [0, n): adds to what is there. Elements of bin `bins` and above are left out; the
  /// result is their number. With fewer than 2,048 bins the block counts in shared memory. 4 barriers.
  template <class F>
  RING_D unsigned histogram(unsigned n, F&& f, unsigned* counts, unsigned bins) {
    if (detail::block_width() == 1) return detail::histogram_alone(n, f, counts, bins);
    return detail::histogram_together(n, f, counts, bins);
  }
};

}  // namespace ring
