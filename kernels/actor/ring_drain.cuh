// The loop that runs an actor: take a message, run its handler, commit what it sent, count. One batch at a time, so
// that the worker stays fair; the clock is read once per batch. Only what depends on the user's code is here, a
// template that every kernel instantiates; the rest is compiled once, in ring_runtime.cc. On CUDA a block's leader
// takes the same steps, and the block runs the handler between them (kernels/cuda/ring_block.h).
//
// Compiles in three environments: the CPU device (Clang, wasm32), nvcc and NVRTC.
#pragma once

#include "ring_queue.cuh"

namespace ring::runtime {

/// A batch grows while it takes less than this: it bounds both unfairness and the error of measured latencies.
inline constexpr u64 kBatchTargetHlc = (50'000ull << 22) / 1'000'000;

/// The published ends of both host rings when the batch began.
struct host_ends {
  u32 normal;
  u32 urgent;
};

/// The next message of a lane that the host fills.
RING_D inline header* next_of_host(actor& a, u32 lane, u32 end) {
  return a.cursors[lane] == end ? nullptr : slot_at(*at<ring>(a.rings[lane]), a.cursors[lane]);
}

/// The next message of one urgency (0, or 2 for the urgent lanes), from the host and from actors in turn.
RING_D inline header* next_in_turn(actor& a, u32 urgency, u32 host_end) {
  const u32 turn = 1u << (urgency >> 1);
  u32 source = (a.turns & turn) == 0 ? 1 : 0;
  for (u32 attempt = 0; attempt < 2; ++attempt, source ^= 1) {
    const u32 lane = urgency | source;
    header* message = source == 0 ? next_of_host(a, lane, host_end) : next_of_inbox(a, lane);
    if (message == nullptr) continue;
    a.lane = lane;
    a.turns = source == 0 ? a.turns & ~turn : a.turns | turn;
    return message;
  }
  return nullptr;
}

/// What a worker had taken into the actor's hand when it died.
RING_D inline header* message_in_hand(actor& a) {
  for (u32 lane = static_cast<u32>(lane::inbox); lane < kLanes; lane += 2) {
    if (!is_in_hand(a, lane)) continue;
    header* message = next_of_inbox(a, lane);
    if (message != nullptr) a.lane = lane;
    return message;
  }
  return nullptr;
}

/// The next message: an urgent one, but after kUrgentRun of them a normal one if there is any.
RING_NOINLINE RING_D inline header* next_message(actor& a, const host_ends& ends) {
  if (a.hand != 0) {
    header* begun = message_in_hand(a);
    if (begun != nullptr) return begun;
  }
  const u32 urgent = static_cast<u32>(lane::host_urgent);
  if (a.urgent_run < kUrgentRun) {
    header* message = next_in_turn(a, urgent, ends.urgent);
    if (message != nullptr) {
      a.urgent_run += 1;
      return message;
    }
  }
  header* message = next_in_turn(a, 0, ends.normal);
  if (message == nullptr) return a.urgent_run < kUrgentRun ? nullptr : next_in_turn(a, urgent, ends.urgent);
  a.urgent_run = 0;
  return message;
}

/// Whether a lane has slots to give back, of tombstones for instance.
RING_D inline bool has_unsettled(const actor& a) {
  for (u32 lane = 0; lane < kLanes; ++lane)
    if (a.settled[lane] != a.cursors[lane]) return true;
  return false;
}

/// By the worker's clock, which is read once per batch.
RING_D inline bool is_expired(const header& message, const worker& w) {
  if (message.deadline == 0) return false;
  const u32 unix_ms = static_cast<u32>(w.clock >> 22);
  return static_cast<int>(unix_ms - message.deadline) >= 0;
}

/// Before the handler of a message. Not `none`: it comes too late, no handler runs.
RING_D inline reason begin_handling(actor& a, worker& w, const header& message) {
  w.slot = detail::address_of(&message);
  if (message.hlc > a.last_hlc) a.last_hlc = message.hlc;
  detail::store_volatile(&a.phase, static_cast<u32>(phase::handling));
  if (is_expired(message, w)) return reason::expired;
  detail::store_volatile(&w.dispatch, w.dispatch + 1);
  return reason::none;
}

RING_D inline reason end_handling(worker& w, bool is_handled) {
  detail::store_volatile(&w.dispatch, w.dispatch + 1);
  return is_handled ? reason::none : reason::unhandled_type;
}

/// Runs the handler; the reason when there is none or the message comes too late.
template <class Dispatch>
RING_D inline reason handle(actor& a, worker& w, header& message, Dispatch& dispatch) {
  const reason too_late = begin_handling(a, w, message);
  if (too_late != reason::none) return too_late;
  context ctx(a, message);
  return end_handling(w, dispatch(message.type_id, &message + 1, ctx));
}

/// Commits what the handler sent and counts the message, which was not handled if there is a reason. False: blocked.
RING_NOINLINE RING_D inline bool commit(actor& a, header& message, reason why) {
  if (why != reason::none) {
    dead_letter(a, message, why);
    message.flags |= kFlagDeadLetter;  // not measured as processed
    message.reason = static_cast<u16>(why);
  } else if ((message.flags & kFlagReceipt) != 0) {
    message.flags |= kFlagProcessed;
  }
  detail::store_volatile(&a.phase, static_cast<u32>(phase::committing));
  const bool flushed = a.outbox_tail == 0 || flush(a);
  detail::store_volatile(&a.phase, static_cast<u32>(phase::counting));
  if (a.ledger != 0) {
    const delivery_outcome became = why == reason::none ? delivery_outcome::processed : delivery_outcome::dead_letter;
    note_consumed(a, message, became, why);
  }
  if (why == reason::none) {
    a.processed += 1;
  } else {
    a.dropped_by_reason[static_cast<u32>(why)] += 1;
    a.dropped += 1;
  }
  advance(a, message);
  detail::store_volatile(&a.phase, static_cast<u32>(phase::idle));
  return flushed;
}

/// Slots are given back once per batch. A queue whose policy turns messages away gets them back as soon as it is full,
/// so that it is never full of what has been handled.
RING_D inline void settle_if_full(actor& a) {
  if (a.overflow == static_cast<u32>(overflow::block) || is_evictable(a, a.lane)) return;
  const ring& r = *at<ring>(a.rings[a.lane]);
  if (load(&r.tail) - r.head >= r.capacity) settle(a);
}

/// How far a batch has come.
struct batch {
  host_ends ends;
  u64 start;
  u32 budget;
  u32 done;
  outcome result;
};

RING_D inline bool is_commanded(const actor& a) { return load(&a.ctl.command) != a.ctl.acknowledged; }

/// False: there is nothing to be handled now; `result` says what the worker does with the actor.
RING_D inline bool begin_batch(actor& a, batch& b) {
  const bool is_active = obey(a);
  discard(a);
  b.result = outcome::idle;
  if (!is_active) return false;
  if (a.outbox_head != a.outbox_tail && !flush(a)) {
    b.result = outcome::blocked;
    return false;
  }
  if (a.termination_requested != 0) {
    b.result = end_actor(a);
    return false;
  }
  b.ends = {load(&ring_of(a, lane::host).tail), load(&ring_of(a, lane::host_urgent).tail)};
  b.start = at<worker>(a.worker)->clock;
  b.budget = a.budget == 0 ? 1 : a.budget;
  b.done = 0;
  return true;
}

/// The next message of the batch; nullptr when it is over.
RING_D inline header* next_of_batch(actor& a, batch& b) {
  if (b.result != outcome::idle || b.done == b.budget) return nullptr;
  if (b.done != 0 && is_commanded(a)) return nullptr;
  if (!may_consume(a)) {
    b.result = outcome::blocked;
    return nullptr;
  }
  return next_message(a, b.ends);
}

/// After the handler of a message, or instead of it if there is a reason.
RING_D inline void finish_message(actor& a, batch& b, header& message, reason why) {
  const bool flushed = commit(a, message, why);
  settle_if_full(a);
  if (a.termination_requested != 0) b.result = outcome::ended;
  if (!flushed) b.result = outcome::blocked;
  b.done += 1;
}

RING_D inline outcome end_batch(actor& a, const batch& b) {
  outcome result = b.result;
  if (result == outcome::idle && (b.done == b.budget || is_commanded(a))) result = outcome::more;
  if (b.done == 0 && !has_unsettled(a)) return result;
  settle(a);
  if (result == outcome::ended) return end_actor(a);
  const u64 took = at<worker>(a.worker)->clock - b.start;
  if (took > kBatchTargetHlc)
    a.budget = b.done > 1 ? b.done / 2 : 1;
  else if (b.done == b.budget && b.budget < kMaxBatch)
    a.budget = b.budget * 2;
  return result;
}

template <class Dispatch>
RING_D inline outcome run_batch(actor& a, Dispatch dispatch) {
  batch b;
  if (!begin_batch(a, b)) return b.result;
  worker& w = *at<worker>(a.worker);
  for (header* message = next_of_batch(a, b); message != nullptr; message = next_of_batch(a, b))
    finish_message(a, b, *message, handle(a, w, *message, dispatch));
  return end_batch(a, b);
}

/// Runs one batch. `dispatch(type id, payload, ctx)` runs the handler; false when there is none. `current` is cleared
/// last: whoever the batch woke is marked ready by then, so that an idle-looking worker really is idle.
template <class Dispatch>
RING_D inline outcome drain(actor& a, Dispatch dispatch) {
  worker& w = *at<worker>(a.worker);
  store(&w.current, detail::address_of(&a));
  a.ctl.heartbeat += 1;
  const outcome result = run_batch(a, dispatch);
  store(&w.current, 0u);
  return result;
}

}  // namespace ring::runtime
