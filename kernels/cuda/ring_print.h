// printf, in handlers and in plain functions. The driver shows what CUDA's own prints when the host waits for the
// device, which it never does while actors run; so format and arguments go to a ring in the arena, and the host formats
// them.
//
// Compiles with nvcc and with NVRTC, which has no <stdarg.h>: the arguments' types are the compiler's.
#pragma once

#include "ring_arena.h"
#include "ring_barriers.h"
#include "ring_faults.h"

extern "C" {
/// Held by the thread of a plain function that prints.
__device__ ::ring::abi::u32 ring_print_lock;
}

namespace ring::detail {

/// One thread of an actor at a time, or of the module's plain functions. Threads of a warp make progress independently
/// since compute capability 7.0.
class block_lock {
 public:
  RING_D block_lock() : word_(word()) {
    while (atomicCAS(word_, 0u, 1u) != 0) __nanosleep(20);
    __threadfence();
  }
  RING_D ~block_lock() {
    __threadfence();
    atomicExch(word_, 0u);
  }
  block_lock(const block_lock&) = delete;
  block_lock& operator=(const block_lock&) = delete;

 private:
  RING_D static u32* word() {
    if (!is_in_actor()) return &ring_print_lock;
    return this_block().grid == nullptr ? &this_block().lock : &this_block().grid->lock;
  }

  u32* word_;
};

using abi::print_kind;

struct print_argument {
  u64 value;
  print_kind kind;
};

// What C makes of an argument where a function takes any: small integers become int, float becomes double.
RING_HD inline print_argument argument_of(int value) {
  return {static_cast<u64>(static_cast<long long>(value)), print_kind::signed32};
}
RING_HD inline print_argument argument_of(unsigned value) { return {value, print_kind::unsigned32}; }
RING_HD inline print_argument argument_of(long value) {
  return {static_cast<u64>(static_cast<long long>(value)),
          sizeof value == 8 ? print_kind::signed64 : print_kind::signed32};
}
RING_HD inline print_argument argument_of(unsigned long value) {
  return {value, sizeof value == 8 ? print_kind::unsigned64 : print_kind::unsigned32};
}
RING_HD inline print_argument argument_of(long long value) { return {static_cast<u64>(value), print_kind::signed64}; }
RING_HD inline print_argument argument_of(unsigned long long value) { return {value, print_kind::unsigned64}; }
RING_HD inline print_argument argument_of(double value) {
  u64 bits;
  __builtin_memcpy(&bits, &value, sizeof bits);
  return {bits, print_kind::real};
}
RING_HD inline print_argument argument_of(const volatile void* value) {
  return {reinterpret_cast<u64>(value), print_kind::pointer};
}

/// What a format asks for.
struct print_plan {
  u32 format_bytes;
  u32 conversions;  ///< arguments that it takes, those of `*` among them
  abi::u16 string_bytes[abi::kPrintArguments];
};

RING_D inline bool is_conversion(char c) {
  for (const char* each = "diouxXpeEfFgGaAcsn"; *each != '\0'; ++each)
    if (*each == c) return true;
  return false;
}

/// Reads the format as C does, and makes strings of the pointers that are to be read as such.
RING_D inline print_plan plan_print(const char* format, print_argument* arguments, u32 count) {
  print_plan plan;
  plan.format_bytes = length_of(format, abi::kPrintTextBytes);
  plan.conversions = 0;
  const char* end = format + plan.format_bytes;
  for (const char* c = format; c < end; ++c) {
    if (*c != '%') continue;
    if (++c < end && *c == '%') continue;
    bool has_precision = false;
    u32 precision = 0;
    for (; c < end && !is_conversion(*c); ++c) {
      if (*c == '.') has_precision = true, precision = 0;
      if (*c >= '0' && *c <= '9' && precision < 100'000) precision = precision * 10 + static_cast<u32>(*c - '0');
      if (*c != '*') continue;
      const int given = plan.conversions < count ? static_cast<int>(arguments[plan.conversions].value) : 0;
      plan.conversions += 1;
      if (has_precision && given < 0) has_precision = false;
      precision = static_cast<u32>(given);
    }
    if (c >= end) break;
    const u32 index = plan.conversions++;
    if (*c != 's' || index >= count) continue;
    print_argument& argument = arguments[index];
    if (argument.kind != print_kind::pointer || argument.value == 0) continue;
    argument.kind = print_kind::string;
    const u32 most = has_precision && precision < abi::kPrintTextBytes ? precision : abi::kPrintTextBytes;
    plan.string_bytes[index] = static_cast<abi::u16>(length_of(reinterpret_cast<const char*>(argument.value), most));
  }
  return plan;
}

RING_D inline u32 words_of(u32 bytes) { return (bytes + 7) / 8; }

/// Puts words into a ring.
class print_writer {
 public:
  RING_D print_writer(const abi::report& r, u32 at)
      : ring_(detail::at<u64>(r.prints)), mask_(r.print_words - 1), at_(at) {}

  RING_D u32 end() const { return at_; }
  RING_D void put(u64 word) { ring_[at_++ & mask_] = word; }
  RING_D void put(const char* bytes, u32 count) {
    for (u32 first = 0; first < count; first += 8) {
      u64 word = 0;
      for (u32 i = 0; i < 8 && first + i < count; ++i)
        word |= static_cast<u64>(static_cast<unsigned char>(bytes[first + i])) << (8 * i);
      put(word);
    }
  }

 private:
  u64* ring_;
  u32 mask_;
  u32 at_;
};

RING_D inline void write_print(print_writer& to, const char* format, const print_plan& plan,
                               const print_argument* arguments, u32 count) {
  u64 kinds = 0;
  for (u32 i = 0; i < count; ++i)
    to.put(arguments[i].kind == print_kind::string ? plan.string_bytes[i] : arguments[i].value);
  for (u32 i = 0; i < count; ++i) {
    kinds |= static_cast<u64>(arguments[i].kind) << (8 * (i % 8));
    if (i % 8 != 7 && i + 1 != count) continue;
    to.put(kinds);
    kinds = 0;
  }
  to.put(format, plan.format_bytes);
  for (u32 i = 0; i < count; ++i)
    if (arguments[i].kind == print_kind::string)
      to.put(reinterpret_cast<const char*>(arguments[i].value), plan.string_bytes[i]);
}

/// What CUDA's printf returns: the number of arguments; -1 without a format.
RING_NOINLINE RING_D inline int print(const char* format, print_argument* arguments, u32 count) {
  if (format == nullptr) return -1;
  const print_plan plan = plan_print(format, arguments, count);
  abi::report* r = this_report();
  if (r == nullptr || r->prints == 0) return static_cast<int>(plan.conversions);
  u32 words = 2 + count + words_of(count) + words_of(plan.format_bytes);
  for (u32 i = 0; i < count; ++i)
    if (arguments[i].kind == print_kind::string) words += words_of(plan.string_bytes[i]);
  const thread_place place = this_place();
  const block_lock lock;
  const u32 tail = load_volatile(&r->print_tail);
  if (words > r->print_words - (tail - load(&r->print_head))) {
    store_volatile(&r->dropped, load_volatile(&r->dropped) + 1);
  } else {
    print_writer to(*r, tail);
    to.put(words | static_cast<u64>(plan.format_bytes) << 16 | static_cast<u64>(count) << 32);
    to.put(place.block | static_cast<u64>(place.thread) << 32);
    write_print(to, format, plan, arguments, count);
    store(&r->print_tail, to.end());
  }
  if (is_in_actor()) {
    block_state& block = this_block();
    store_volatile(block.grid == nullptr ? &block.has_printed : &block.grid->has_printed, 1);
  }
  return static_cast<int>(plan.conversions);
}

}  // namespace ring::detail

template <class... T>
RING_HD inline int ring_printf(const char* format, T... arguments) {
  static_assert(sizeof...(T) <= ::ring::abi::kPrintArguments,
                "printf takes at most 32 arguments beside the format, in CUDA");
#if defined(__CUDA_ARCH__)
  ::ring::detail::print_argument all[sizeof...(T) + 1] = {::ring::detail::argument_of(arguments)..., {}};
  return ::ring::detail::print(format, all, sizeof...(T));
#else
  return ::printf(format, arguments...);
#endif
}
namespace std {
using ::ring_printf;
}

#undef printf
#define printf(...) ring_printf(__VA_ARGS__)
