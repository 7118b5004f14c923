// Buffers: data that messages and states refer to by an 8-byte handle, while it stays where it is. The host allocates
// and releases them; handlers look at them through views, which check the handle once and every index.
//
// Compiles in three environments: the CPU device (Clang, wasm32), nvcc and NVRTC. Includes nothing of the toolkit.
#pragma once

#include "ring_types.cuh"

namespace ring {

namespace detail {

/// Numbers of the scalar types in `abi::buffer::element_type`; app/runtime/buffers/element-type.ts has the same ones.
/// 0 is none of them: a struct, whose type id is its number.
template <class T>
RING_HD constexpr abi::u32 scalar_number() {
  if constexpr (same<T, signed char>) return 1;
  if constexpr (same<T, unsigned char>) return 2;
  if constexpr (same<T, short>) return 3;
  if constexpr (same<T, unsigned short>) return 4;
  if constexpr (same<T, int>) return 5;
  if constexpr (same<T, unsigned int>) return 6;
  if constexpr (same<T, long long> || (same<T, long> && sizeof(T) == 8)) return 7;
  if constexpr (same<T, unsigned long long> || (same<T, unsigned long> && sizeof(T) == 8)) return 8;
  if constexpr (same<T, float>) return 9;
  if constexpr (same<T, double>) return 10;
  if constexpr (same<T, bool>) return 11;
  if constexpr (same<T, char>) return 12;
  return 0;
}

template <class T>
RING_HD constexpr abi::u32 element_type() {
  if constexpr (scalar_number<T>() != 0)
    return scalar_number<T>();
  else
    return type_id<T>();
}

/// The table's entry of a buffer of T. Ends the handler when the handle is null, stale, or of another type.
template <class T>
RING_D inline abi::buffer& find_buffer(abi::u32 slot, abi::u32 generation) {
  const abi::arena& arena = *at<abi::arena>(abi::kArenaHeaderAddress);
  const abi::u32 wanted = element_type<T>();
  if (generation == 0 || slot >= load(&arena.buffer_limit)) fail_buffer(slot, generation, wanted, 0);
  abi::buffer& entry = at<abi::buffer>(arena.buffers)[slot];
  // Sequentially consistent, after the worker has said that it runs this actor: either this sees that the buffer has
  // been released, or the host sees the worker and leaves the memory alone until the handler has returned.
  if (load(&entry.generation) != generation) fail_buffer(slot, generation, wanted, 0);
  if (entry.element_type != wanted || entry.element_bytes != sizeof(T))
    fail_buffer(slot, generation, wanted, entry.element_type);
  return entry;
}

/// Marks bytes as written, for the host's next look.
RING_D inline void mark_written(abi::buffer& entry, abi::u32 first_byte, abi::u32 end_byte) {
  if (first_byte == end_byte) return;
  const abi::u32 last = (end_byte - 1) >> entry.mark_shift;
  for (abi::u32 mark = first_byte >> entry.mark_shift; mark <= last; ++mark) entry.marks[mark] = 1;
}

}  // namespace detail

/// The elements of a buffer for one handler; not to be kept beyond it. Indices are checked, `data()` is not.
template <class T>
class buffer_view {
 public:
  RING_D buffer_view(T* data, unsigned size) : data_(data), size_(size) {}

  RING_D unsigned size() const { return size_; }
  RING_D T* data() const { return data_; }
  RING_D T* begin() const { return data_; }
  RING_D T* end() const { return data_ + size_; }
  RING_D T& operator[](unsigned i) const {
    if (i >= size_) detail::fail_index("'ring::buffer'", i, size_);
    return data_[i];
  }

 private:
  T* data_;
  unsigned size_;
};

/// A view to write through. It marks its elements as written at its beginning and at its end, so that a host that looks
/// in between comes back for the rest.
template <class T>
class buffer_writer : public buffer_view<T> {
 public:
  RING_D buffer_writer(abi::buffer& entry, unsigned first, unsigned count)
      : buffer_view<T>(detail::at<T>(entry.data) + first, count), entry_(&entry), first_(first) {
    mark();
  }
  RING_D ~buffer_writer() { mark(); }
  buffer_writer(const buffer_writer&) = delete;
  buffer_writer& operator=(const buffer_writer&) = delete;

 private:
  RING_D void mark() const { detail::mark_written(*entry_, first_ * sizeof(T), (first_ + this->size()) * sizeof(T)); }

  abi::buffer* entry_;
  unsigned first_;
};

/// A handle of a buffer that the host has allocated: for messages and states. T is a fixed-width integer, float,
/// double, bool, char, or a struct that can be a message. A handle whose buffer has been released is stale, and using
/// it ends the handler. In JSON `{"buffer": id}`; null refers to none.
template <class T>
struct buffer {
  unsigned slot_ = 0;
  unsigned generation_ = 0;

  /// False for a handle that refers to no buffer.
  RING_HD constexpr explicit operator bool() const { return generation_ != 0; }
  RING_HD constexpr bool operator==(const buffer& other) const {
    return slot_ == other.slot_ && generation_ == other.generation_;
  }
  RING_HD constexpr bool operator!=(const buffer& other) const { return !(*this == other); }

  /// Elements.
  RING_D unsigned size() const { return entry().length; }

  /// All elements, to read.
  RING_D buffer_view<const T> read() const {
    const abi::buffer& found = entry();
    return {detail::at<const T>(found.data), found.length};
  }

  /// All elements, to read and write. Keep the view in a variable: `auto out = msg.values.write();`
  RING_D buffer_writer<T> write() const {
    abi::buffer& found = entry();
    return {found, 0, found.length};
  }

  /// `count` elements from `first` on, which are element 0 of the view: only these are copied back where memories
  /// differ.
  RING_D buffer_writer<T> write(unsigned first, unsigned count) const {
    abi::buffer& found = entry();
    if (first > found.length) detail::fail_index("'ring::buffer'", first, found.length);
    if (count > found.length - first) detail::fail_index("'ring::buffer'", first + count - 1, found.length);
    return {found, first, count};
  }

  /// One element, to read. Looks the buffer up each time: loops are better off with a view.
  RING_D const T& operator[](unsigned i) const {
    const abi::buffer& found = entry();
    if (i >= found.length) detail::fail_index("'ring::buffer'", i, found.length);
    return detail::at<const T>(found.data)[i];
  }

  /// Address of element 0, to read.
  RING_D const T* data() const { return detail::at<const T>(entry().data); }

 private:
  RING_D abi::buffer& entry() const { return detail::find_buffer<T>(slot_, generation_); }
};

}  // namespace ring
