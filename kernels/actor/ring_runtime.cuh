// What the drain loop calls of the runtime, independent of the user's code (ring_runtime.cc).
//
// Compiles in three environments: the CPU device (Clang, wasm32), nvcc and NVRTC.
#pragma once

#include "ring_context.cuh"

namespace ring::runtime {

using namespace abi;
using detail::at;
using detail::load;
using detail::store;

/// What the worker does with the actor after a batch.
enum class outcome : u32 { idle = 0, more = 1, blocked = 2, ended = 3 };

RING_D inline header* slot_at(const ring& r, u32 position) {
  return at<header>(r.slots + (position & r.mask) * r.stride);
}

RING_D inline ring& ring_of(const actor& a, lane which) { return *at<ring>(a.rings[static_cast<u32>(which)]); }

/// Odd lanes are inboxes, to which other actors send.
RING_D inline bool is_inbox(u32 lane) { return (lane & 1) != 0; }

/// Whether producers may drop the lane's oldest message, so that its slots are never the consumer's.
RING_D inline bool is_evictable(const actor& a, u32 lane) { return a.hand != 0 && is_inbox(lane); }

/// Records that there must be room for in the actor's ledger, if it has one: a delivery needs its own and that of the
/// message in hand, which is written when all that it caused has been sent; an eviction comes before its delivery.
inline constexpr u32 kConsumeRecords = 1;
inline constexpr u32 kDeliverRecords = 2;
inline constexpr u32 kEvictRecords = 3;

/// For an actor that has a ledger. False: it rests until the host has read that.
RING_NOINLINE RING_D bool has_ledger_room(actor& a, u32 records);

/// For an actor that has a ledger: the message has been published at `position` of `to`; a dead letter if there is a
/// reason.
RING_NOINLINE RING_D void note_sent(actor& a, const ring& to, const header& message, u32 position, reason why);

/// For an actor that has a ledger: the message is gone, its receiver's queue was full. The next store to `outbox_step`
/// or `outbox_head` says so to the actor itself.
RING_NOINLINE RING_D void note_refused(actor& a, const header& message);

/// For an actor that has a ledger: writes that the oldest message of `from` has been dropped, for `publish_record` to
/// publish when it is.
RING_NOINLINE RING_D void stage_evicted(actor& a, const ring& from, const header& oldest, u32 position);

/// The record that was written last becomes the host's.
RING_D inline void publish_record(actor& a) {
  abi::ledger& l = *at<abi::ledger>(a.ledger);
  store(&l.tail, l.tail + 1);
}

/// For an actor that has a ledger: it is done with the message in hand, and has not moved its cursor yet.
RING_NOINLINE RING_D void note_consumed(actor& a, const header& message, delivery_outcome outcome, reason why);

RING_D inline bool may_consume(actor& a) { return a.ledger == 0 || has_ledger_room(a, kConsumeRecords); }

/// Commits the outbox in order. False: blocked on a full ring, the actor waits for room there.
RING_NOINLINE RING_D bool flush(actor& a);

/// Hands a message that no handler takes to the host, payload and all; the outbox must be empty, and flushed
/// afterwards.
RING_NOINLINE RING_D void dead_letter(actor& a, const header& message, reason why);

/// Drops what the host has told the actor to drop (`discard_below`), whether or not that is active or blocked.
RING_NOINLINE RING_D void discard(actor& a);

/// Ends a batch: latencies, telemetry, and the consumed slots given back to their producers. Also what a worker calls
/// for an actor whose handler trapped, and a new worker for the actors of a dead one.
RING_NOINLINE RING_D void settle(actor& a);

/// Takes note of the host's command. True when the actor may process messages.
RING_NOINLINE RING_D bool obey(actor& a);

/// Ends the actor on its own request: its outbox is empty.
RING_NOINLINE RING_D outcome end_actor(actor& a);

}  // namespace ring::runtime
