// What the generated unit is made of: it includes the user's file, then this, and states for every struct its layout
// and identity and for every kernel its handlers. The statements are checked by the compiler, never believed.
//
// Runs on the CPU device (Clang, wasm32).
#pragma once

#if !defined(RING_DEVICE_CPU)
#error "ring_entry.cuh is for generated units"
#endif
#include "ring_kernel.cuh"

#include "ring_drain.cuh"

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

#define RING_ENTRY_BEGIN(kernel_)                                                                                   \
  inline bool ring_dispatch_##kernel_(::ring::abi::actor& block_, ::ring::abi::u32 type_, const void* payload_,      \
                                      ::ring::context& ctx_) {                                                       \
    auto& state_ = *::ring::detail::at<::ring_kernel_##kernel_::state_t>(block_.state_address);                      \
    switch (type_) {
#define RING_ENTRY_HANDLER(kernel_, message_, id_)                                      \
  case id_:                                                                             \
    ::ring_kernel_##kernel_::on(*static_cast<const message_*>(payload_), ctx_, state_); \
    return true;

#define RING_ENTRY_END(kernel_, index_)                                                                            \
  default:                                                                                                         \
    return false;                                                                                                  \
    }                                                                                                              \
    }                                                                                                              \
    extern "C" __attribute__((export_name("ring_drain_" #kernel_))) ::ring::abi::u32 ring_drain_##kernel_(         \
        ::ring::abi::u32 actor_) {                                                                                 \
      auto& block_ = *::ring::detail::at<::ring::abi::actor>(actor_);                                              \
      ::ring::simt::enter_block(block_);                                                                           \
      auto dispatch_ = [&block_](::ring::abi::u32 type_, const void* payload_, ::ring::context& ctx_) -> bool {    \
        return ::ring::simt::run_handler(                                                                          \
            block_, index_, ctx_.message(), [&] { return ring_dispatch_##kernel_(block_, type_, payload_, ctx_); }); \
      };                                                                                                           \
      return static_cast<::ring::abi::u32>(::ring::runtime::drain(block_, dispatch_));                             \
    }

// In units that have blocks of several threads: what each of them runs. `argument` is the address of a handler_call.
#define RING_THREADS_BEGIN                                                                                   \
  extern "C" void ring_thread_entry(::ring::abi::u32 entry_, [[maybe_unused]] ::ring::abi::u32 argument_) { \
    switch (entry_) {
#define RING_THREADS_HANDLER(index_, kernel_)                                                                  \
  case index_: {                                                                                               \
    auto& call_ = *::ring::detail::at<::ring::simt::handler_call>(argument_);                                  \
    ::ring::context ctx_(*call_.actor, *call_.message);                                                        \
    call_.is_handled =                                                                                         \
        ring_dispatch_##kernel_(*call_.actor, call_.message->type_id, call_.message + 1, ctx_);                \
    break;                                                                                                     \
  }
#define RING_THREADS_END \
  default:               \
    break;               \
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
