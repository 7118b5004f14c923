// What time it is on the GPU, for the host: it asks, gets %globaltimer, and knows by the time that this took how far
// the two clocks are apart.
//
// Compiles with nvcc and with NVRTC.
#pragma once

#include "ring_cuda.h"

namespace ring::cuda {

struct alignas(128) time_talk {
  abi::u32 asked;  ///< written by the host: 1, 2, …
  abi::u32 host_reserved[31];
  abi::u32 answered;  ///< the last number that was seen; written after the time
  abi::u32 reserved;
  abi::u64 timer_ns;
  abi::u32 gpu_reserved[28];
};
static_assert(sizeof(time_talk) == 256, "each side owns a 128-byte line");

/// So long a kernel waits for the next question.
inline constexpr abi::u64 kTalkPatienceNs = 1'000'000'000;

}  // namespace ring::cuda

/// Launched with one thread; ends after so many answers.
extern "C" __global__ void ring_tell_time(const ::ring::abi::u32 address, const ::ring::abi::u32 rounds) {
  ::ring::cuda::time_talk& talk = *::ring::detail::at<::ring::cuda::time_talk>(address);
  ::ring::abi::u64 since = ::ring::detail::read_global_timer();
  ::ring::abi::u32 answered = 0;
  while (answered != rounds) {
    const ::ring::abi::u64 now = ::ring::detail::read_global_timer();
    if (now - since > ::ring::cuda::kTalkPatienceNs) return;
    const ::ring::abi::u32 asked = ::ring::detail::peek(&talk.asked);
    if (asked == answered) continue;
    talk.timer_ns = ::ring::detail::read_global_timer();
    ::ring::detail::store(&talk.answered, asked);
    answered = asked;
    since = now;
  }
}
