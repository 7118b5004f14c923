// How handlers name actors and topics: tables that the host writes, and lists of what is not in them.
//
// Compiles in three environments: C++17 for the CPU device (Clang, wasm32), CUDA C++ (nvcc, NVRTC) and plain C++ on the
// host.
#pragma once

#include "ring_abi_types.h"

namespace ring::abi {

/// An actor by its name, for ctx.send. The table is open-addressed by `hash` (FNV-1a, 64 bits), linear probing.
struct alignas(16) group {
  u64 hash;          ///< 0: free, 1: removed; written last
  u32 targets;       ///< address of `target_count` actor addresses
  u32 target_count;  ///< 0: it has been removed
  u32 next;          ///< round robin of all senders: an atomic
  u32 reserved[3];
};
static_assert(sizeof(group) == 32, "");

/// GPUs that one device can have.
inline constexpr u32 kGpus = 8;

/// A topic that somebody publishes or subscribes to. The table is open-addressed by `hash` of the whole topic.
struct alignas(16) topic {
  u64 hash;      ///< 0: free; written last
  u32 channels;  ///< address of a `route`, which the host exchanges as a whole. Channels keep their places in it
  u32 flags;     ///< kTopicToHost
  u64 published[kGpus];  ///< by actors of each GPU: an atomic of one is none for the others
};
static_assert(sizeof(topic) == 80, "");
inline constexpr u32 kTopicToHost = 1;  ///< the host gets what is published there

enum class miss_kind : u8 { actor = 0, topic = 1 };
inline constexpr u32 kMaxNameBytes = 240;
/// What a handler named and its device does not know: the host is asked for it.
struct alignas(16) miss {
  u64 hash;
  u32 answer;  ///< written by the host: low 3 bits a miss_answer; the rest an index, or the refusal's number
  u16 bytes;
  u8 kind;
  u8 is_wanted;  ///< something was sent there; else nobody waits for the answer
  char text[kMaxNameBytes];
};
static_assert(sizeof(miss) == 256, "");
enum class miss_answer : u32 { none = 0, index = 1, too_many_topics = 2, invalid_topic = 3, no_such_actor = 4 };
inline constexpr u32 kMisses = 16;
inline constexpr u32 kMissed = 0x80000000;

/// Stays as it is while the actor waits for answers.
struct alignas(16) misses {
  u32 asked;   ///< high 24 bits `number`, low 8 bits `count`; 0 while the actor does not wait
  u32 count;   ///< entries in use
  u32 number;  ///< of the times that the host was asked
  u32 reserved;
  miss entries[kMisses];
};
static_assert(sizeof(misses) == 16 + kMisses * sizeof(miss), "");

}  // namespace ring::abi
