// Sorting in place, by one thread and by a block.
//
// Compiles in three environments: the CPU device (Clang, wasm32), nvcc and NVRTC.
#pragma once

#include "ring_platform.cuh"

#include "ring_block.cuh"

namespace ring::detail {

struct less {
  template <class T>
  RING_HD constexpr bool operator()(const T& a, const T& b) const {
    return a < b;
  }
};

template <class T>
RING_D inline void exchange_elements(T& a, T& b) {
  const T kept = a;
  a = b;
  b = kept;
}

template <class T, class Less>
RING_D inline void insertion_sort(T* data, unsigned n, Less& less) {
  for (unsigned i = 1; i < n; ++i) {
    const T element = data[i];
    unsigned place = i;
    for (; place > 0 && less(element, data[place - 1]); --place) data[place] = data[place - 1];
    data[place] = element;
  }
}

template <class T, class Less>
RING_D inline void sift_down(T* data, unsigned root, unsigned n, Less& less) {
  for (unsigned child; (child = 2 * root + 1) < n; root = child) {
    if (child + 1 < n && less(data[child], data[child + 1])) child += 1;
    if (!less(data[root], data[child])) return;
    exchange_elements(data[root], data[child]);
  }
}

template <class T, class Less>
RING_D inline void heap_sort(T* data, unsigned n, Less& less) {
  for (unsigned root = n / 2; root-- > 0;) sift_down(data, root, n, less);
  for (unsigned end = n; end-- > 1;) {
    exchange_elements(data[0], data[end]);
    sift_down(data, 0, end, less);
  }
}

/// Moves the median of the first, middle and last element to the middle, and splits around its value: below the result
/// nothing is greater, from it on nothing is less, and neither side is empty. n >= 3.
template <class T, class Less>
RING_D inline unsigned split(T* data, unsigned n, Less& less) {
  const unsigned middle = n / 2;
  if (less(data[middle], data[0])) exchange_elements(data[middle], data[0]);
  if (less(data[n - 1], data[middle])) exchange_elements(data[n - 1], data[middle]);
  if (less(data[middle], data[0])) exchange_elements(data[middle], data[0]);
  const T pivot = data[middle];
  for (unsigned low = 0, high = n - 1;;) {
    // Both stop inside: the elements at the ends are on their own sides of the pivot.
    do {
      ++low;
    } while (less(data[low], pivot));
    do {
      --high;
    } while (less(pivot, data[high]));
    if (low >= high) return low;
    exchange_elements(data[low], data[high]);
  }
}

/// Introsort (Musser 1997): quicksort that turns to heapsort where its splits are bad. The larger side waits on a
/// stack of its own, so that 32 entries are enough.
template <class T, class Less>
RING_D inline void sort_alone(T* data, unsigned n, Less& less) {
  constexpr unsigned kSmall = 16;
  struct part {
    T* data;
    unsigned n, splits_left;
  };
  part waiting[32];
  unsigned depth = 0, splits = 0;
  for (unsigned rest = n; rest > 1; rest /= 2) splits += 2;
  part current = {data, n, splits};
  for (;;) {
    while (current.n > kSmall && current.splits_left > 0) {
      const unsigned at = split(current.data, current.n, less), left = current.splits_left - 1;
      const part low = {current.data, at, left}, high = {current.data + at, current.n - at, left};
      waiting[depth++] = low.n < high.n ? high : low;
      current = low.n < high.n ? low : high;
    }
    if (current.n > kSmall)
      heap_sort(current.data, current.n, less);
    else
      insertion_sort(current.data, current.n, less);
    if (depth == 0) return;
    current = waiting[--depth];
  }
}

/// Bitonic sort (Batcher 1968) whose merges begin with mirrored pairs: every exchange puts the greater element behind,
/// so that n need not be a power of two; what would lie behind the end counts as greater than all.
template <class T, class Less>
RING_D inline void sort_together(T* data, unsigned n, Less& less) {
  const unsigned width = block_width(), rank = thread_rank();
  const auto exchange_pairs = [&](unsigned distance, bool mirrored) {
    const unsigned mask = mirrored ? 2 * distance - 1 : distance;
    // Pair p is element i, which has bit `distance` clear, and its partner.
    for (unsigned p = rank;; p += width) {
      const unsigned i = 2 * p - (p & (distance - 1));
      if (i >= n) break;
      const unsigned partner = i ^ mask;
      if (partner < n && less(data[partner], data[i])) exchange_elements(data[i], data[partner]);
    }
    sync_block();
  };
  sync_block();
  for (unsigned half = 1; half < n && half != 0; half *= 2) {
    exchange_pairs(half, true);
    for (unsigned distance = half / 2; distance > 0; distance /= 2) exchange_pairs(distance, false);
  }
}

}  // namespace ring::detail
