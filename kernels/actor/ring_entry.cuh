// What the generated unit is made of: it includes the user's file, then this, and states for every struct its layout
// and identity and for every kernel its handlers. The statements are checked by the compiler, never believed.
//
// Compiles in three environments: the CPU device (Clang, wasm32), nvcc and NVRTC.
#pragma once

#include "ring_kernel.cuh"

#include "ring_drain.cuh"

namespace ring::detail {

/// Whether a field has the type that was read for it. 64-bit integers are called `long` by one compiler and `long long`
/// by the other, whatever int64_t says.
template <class A, class B>
inline constexpr bool same_field = same<A, B>;
template <>
inline constexpr bool same_field<long, long long> = sizeof(long) == sizeof(long long);
template <>
inline constexpr bool same_field<unsigned long, unsigned long long> = sizeof(long) == sizeof(long long);
template <class A, class B, unsigned long N>
inline constexpr bool same_field<A[N], B[N]> = same_field<A, B>;
template <class A, class B, unsigned N>
inline constexpr bool same_field<list<A, N>, list<B, N>> = same_field<A, B>;
template <class A, class B>
inline constexpr bool same_field<buffer<A>, buffer<B>> = same_field<A, B>;

}  // namespace ring::detail

#define RING_PROVE_STRUCT(type_, size_, align_)                                           \
  static_assert(sizeof(type_) == size_ && alignof(type_) == align_, "layout of " #type_); \
  static_assert(__is_trivially_copyable(type_), #type_ " cannot be copied byte by byte"); \
  static_assert(__is_constructible(type_), #type_ " cannot be made without arguments");

#define RING_PROVE_FIELD(type_, field_, offset_, size_)                                          \
  static_assert(__builtin_offsetof(type_, field_) == offset_, "offset of " #type_ "::" #field_); \
  static_assert(sizeof(static_cast<type_*>(nullptr)->field_) == size_, "size of " #type_ "::" #field_);

#define RING_TYPE_ID(type_, id_) \
  RING_HD constexpr ::ring::abi::u32 ring_type_id(const type_*) { return id_; }

#define RING_NOT_A_MESSAGE(type_, why_) \
  RING_UNAVAILABLE(why_) RING_HD constexpr ::ring::abi::u32 ring_type_id(const type_*);

#define RING_PORT_ID(port_, index_) \
  RING_HD constexpr ::ring::abi::u32 ring_port_id(const port_##_port*) { return index_; }

#if !defined(RING_DEVICE_CPU)
#include "ring_entry_cuda.h"
#else

#define RING_ENTRY_BEGIN(kernel_)                                                                               \
  inline bool ring_dispatch_##kernel_(::ring::abi::actor& block_, ::ring::abi::u32 type_, const void* payload_, \
                                      ::ring::context& ctx_) {                                                  \
    auto& state_ = *::ring::detail::at<::ring_kernel_##kernel_::state_t>(block_.state_address);                 \
    switch (type_) {
#define RING_ENTRY_HANDLER(kernel_, message_, id_)                                      \
  case id_:                                                                             \
    ::ring_kernel_##kernel_::on(*static_cast<const message_*>(payload_), ctx_, state_); \
    return true;

#define RING_ENTRY_END(kernel_, index_)                                                                           \
  default:                                                                                                        \
    return false;                                                                                                 \
    }                                                                                                             \
    }                                                                                                             \
    extern "C" __attribute__((export_name("ring_drain_" #kernel_))) ::ring::abi::u32 ring_drain_##kernel_(        \
        ::ring::abi::u32 actor_) {                                                                                \
      auto& block_ = *::ring::detail::at<::ring::abi::actor>(actor_);                                             \
      ::ring::simt::enter_block(block_);                                                                          \
      auto dispatch_ = [&block_](::ring::abi::u32 type_, const void* payload_, ::ring::context& ctx_) -> bool {   \
        return ::ring::simt::run_handler(block_, index_, ctx_.message(),                                          \
                                         [&] { return ring_dispatch_##kernel_(block_, type_, payload_, ctx_); }); \
      };                                                                                                          \
      return static_cast<::ring::abi::u32>(::ring::runtime::drain(block_, dispatch_));                            \
    }

// What every thread of a launch runs: `entry` says which handler or function. `argument` is the address of a
// handler_call, or of the function's parameter block. Nothing is inlined into it: one frame would hold the locals of
// all the file's functions, and a stack that is too small for one of them too small for every other.
#define RING_THREADS_BEGIN                                                                                  \
  extern "C" void ring_thread_entry(::ring::abi::u32 entry_, [[maybe_unused]] ::ring::abi::u32 argument_) { \
    switch (entry_) {
#define RING_THREADS_HANDLER(index_, kernel_)                                                   \
  case index_: {                                                                                \
    auto& call_ = *::ring::detail::at<::ring::simt::handler_call>(argument_);                   \
    ::ring::context ctx_(*call_.actor, *call_.message);                                         \
    [[clang::noinline]] call_.is_handled =                                                      \
        ring_dispatch_##kernel_(*call_.actor, call_.message->type_id, call_.message + 1, ctx_); \
    break;                                                                                      \
  }
#define RING_THREADS_FUNCTION(entry_, ...) \
  case entry_: {                           \
    __VA_ARGS__ break;                     \
  }
#define RING_THREADS_END \
  default:               \
    break;               \
    }                    \
    }

#define RING_PARAMETERS_STRUCT(struct_, size_, ...) \
  struct struct_ {                                  \
    __VA_ARGS__                                     \
  };                                                \
  static_assert(sizeof(struct_) == size_, "size of " #struct_);
#define RING_PROVE_PARAMETER RING_PROVE_FIELD
#define RING_PARAMETERS(struct_) const auto* block_ = ::ring::detail::at<const struct_>(argument_);

/// In units that have functions to launch: the host calls it. It brings the scheduler with it.
#define RING_LAUNCHES_FUNCTIONS                                                                              \
  extern "C" __attribute__((export_name("ring_run_blocks"))) void ring_run_blocks(::ring::simt::launch* l) { \
    ring_run_threads(l);                                                                                     \
  }

#define RING_PROVE_SYMBOL(name_, ...) \
  static_assert(__is_same(__remove_cv(decltype(name_)), __VA_ARGS__), "type of " #name_);

/// Where variable `index` lies. Having asked for it, the compiler cannot count on its value.
#define RING_SYMBOLS_BEGIN                                                                              \
  extern "C" __attribute__((export_name("ring_symbol"))) ::ring::abi::u32 ring_symbol(unsigned index) { \
    switch (index) {
#define RING_SYMBOL(index_, name_) \
  case index_:                     \
    return ::ring::detail::address_of(const_cast<const void*>(static_cast<const volatile void*>(&(name_))));
#define RING_SYMBOLS_END \
  default:               \
    return 0;            \
    }                    \
    }

/// Writes `T{}` of struct `index` to `out`, whose bytes are zero.
#define RING_DEFAULTS_BEGIN                                                                                \
  extern "C" __attribute__((export_name("ring_defaults"))) void ring_defaults(unsigned index, void* out) { \
    switch (index) {
#define RING_DEFAULT(index_, type_)                   \
  case index_:                                        \
    ::new (out, ::ring::detail::placement{}) type_{}; \
    break;
#define RING_DEFAULTS_END \
  default:                \
    break;                \
    }                     \
    }

// Ids of the message types that the module sends: what the linker collected in section ring_sent.
extern "C" const ::ring::abi::u32 __start_ring_sent[] __attribute__((weak, visibility("hidden")));
extern "C" const ::ring::abi::u32 __stop_ring_sent[] __attribute__((weak, visibility("hidden")));

extern "C" __attribute__((export_name("ring_sent_count"))) ::ring::abi::u32 ring_sent_count() {
  return static_cast<::ring::abi::u32>(__stop_ring_sent - __start_ring_sent);
}
extern "C" __attribute__((export_name("ring_sent_type"))) ::ring::abi::u32 ring_sent_type(::ring::abi::u32 index) {
  return __start_ring_sent[index];
}

#endif  // RING_DEVICE_CPU
