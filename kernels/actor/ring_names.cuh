// How handlers name whom they send to: actors (ctx.actor) and topics (ctx.publish). Both are found by the hashes of
// their names in tables that the host fills and that may change at any time. What is not found there the host is asked
// for when the handler has returned.
//
// Compiles in three environments: the CPU device (Clang, wasm32), nvcc and NVRTC.
#pragma once

#include "ring_hash.cuh"
#include "ring_types.cuh"

namespace ring {

class context;

/// An actor by its name, as ctx.actor gives it. Can be kept: it means whoever has the name when something is sent.
class actor_ref {
 public:
  /// Whether an actor of that name was there when it was asked for.
  RING_D bool valid() const { return (index_ & abi::kMissed) == 0; }

 private:
  friend class context;
  RING_D actor_ref(abi::u64 hash, abi::u32 index) : hash_(hash), index_(index) {}

  abi::u64 hash_;
  abi::u32 index_;
};

/// How a message is published. `ring::retain`: the host keeps it for later subscribers, until the next one.
enum class publishing : abi::u16 { plain = 0, retained = abi::kFlagRetain };
inline constexpr publishing retain = publishing::retained;

namespace detail {

/// An actor that is not there, and that the host cannot be asked for.
inline constexpr abi::u32 kNobody = 0xffffffff;

/// Index in the table of actors, or kMissed and an index of the actor's list of misses.
RING_D abi::u32 find_actor(abi::actor& from, abi::u64 hash, const text_span& name);
/// The same when something is sent, for what was found before.
RING_D abi::u32 find_actor_again(abi::actor& from, abi::u64 hash, abi::u32 index);
/// Index in the table of topics, or kMissed and an index of the actor's list of misses.
RING_D abi::u32 find_topic(abi::actor& from, const text_span& topic);

}  // namespace detail
}  // namespace ring
