// Field types of messages and states, and the compile-time identities that the generated unit supplies.
//
// Compiles in three environments: the CPU device (Clang, wasm32), nvcc and NVRTC. Includes nothing of the toolkit.
#pragma once

#include "ring_platform.cuh"

#include "ring_abi.h"

namespace ring {

namespace detail {
template <class A, class B>
inline constexpr bool same = false;
template <class A>
inline constexpr bool same<A, A> = true;
}  // namespace detail

/// Text of at most N bytes, without a terminating NUL. In JSON a string, or `{"base64": …}` when it is not UTF-8.
template <unsigned N>
struct text {
  static_assert(N > 0 && N <= 65535, "ring::text<N>: N is 1 to 65535");
  unsigned size_ = 0;
  char data_[N] = {};

  RING_HD static constexpr unsigned capacity() { return N; }
  /// Never more than N, whatever was written over it: so loops up to it need no checks of their indices.
  RING_HD constexpr unsigned size() const { return size_ < N ? size_ : N; }
  RING_HD constexpr bool empty() const { return size_ == 0; }
  RING_HD constexpr char& operator[](unsigned i) {
    if (i >= N) detail::fail_index("'ring::text'", i, N);
    return data_[i];
  }
  RING_HD constexpr char operator[](unsigned i) const {
    if (i >= N) detail::fail_index("'ring::text'", i, N);
    return data_[i];
  }
  RING_HD constexpr char* begin() { return data_; }
  RING_HD constexpr char* end() { return data_ + size(); }
  RING_HD constexpr const char* begin() const { return data_; }
  RING_HD constexpr const char* end() const { return data_ + size(); }
  RING_HD constexpr void clear() { size_ = 0; }

  /// False, and nothing changes, when the text is full.
  RING_HD constexpr bool push_back(char c) {
    if (size_ >= N) return false;
    data_[size_++] = c;
    return true;
  }
  /// Appends a NUL-terminated string; false when it did not fit whole (what fits is kept).
  RING_HD constexpr bool append(const char* s) {
    while (*s != '\0')
      if (!push_back(*s++)) return false;
    return true;
  }
  template <unsigned M>
  RING_HD constexpr bool operator==(const text<M>& other) const {
    if (size() != other.size()) return false;
    for (unsigned i = 0; i < size(); ++i)
      if (data_[i] != other[i]) return false;
    return true;
  }
  template <unsigned M>
  RING_HD constexpr bool operator!=(const text<M>& other) const {
    return !(*this == other);
  }
};

/// At most N elements. In JSON an array.
template <class T, unsigned N>
struct list {
  static_assert(N > 0, "ring::list<T, N>: N is at least 1");
  unsigned size_ = 0;
  T data_[N] = {};

  RING_HD static constexpr unsigned capacity() { return N; }
  RING_HD constexpr unsigned size() const { return size_ < N ? size_ : N; }
  RING_HD constexpr bool empty() const { return size_ == 0; }
  RING_HD constexpr T& operator[](unsigned i) {
    if (i >= N) detail::fail_index("'ring::list'", i, N);
    return data_[i];
  }
  RING_HD constexpr const T& operator[](unsigned i) const {
    if (i >= N) detail::fail_index("'ring::list'", i, N);
    return data_[i];
  }
  RING_HD constexpr T* begin() { return data_; }
  RING_HD constexpr T* end() { return data_ + size(); }
  RING_HD constexpr const T* begin() const { return data_; }
  RING_HD constexpr const T* end() const { return data_ + size(); }
  RING_HD constexpr void clear() { size_ = 0; }

  /// False, and nothing changes, when the list is full.
  RING_HD constexpr bool push_back(const T& value) {
    if (size_ >= N) return false;
    data_[size_++] = value;
    return true;
  }
};

/// The state of a kernel that was declared without one.
struct no_state {};

/// RING_BLOCK(kernel, ring::any): correct at any width.
inline constexpr unsigned any = 0;

struct port_tag {};

/// An output, declared by RING_OUTPUT. P::message is what it carries.
template <class P>
struct port {};

namespace detail {

template <class S = no_state>
struct state_or_none {
  using type = S;
};

/// Identity of message type M, found by argument-dependent lookup in the generated unit, which follows the user's code.
template <class M>
RING_HD constexpr abi::u32 type_id() {
  return ring_type_id(static_cast<const M*>(nullptr));
}

template <class P>
RING_HD constexpr abi::u32 port_id() {
  return ring_port_id(static_cast<const P*>(nullptr));
}

}  // namespace detail
}  // namespace ring
