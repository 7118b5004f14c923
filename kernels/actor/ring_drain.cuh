// The loop that runs an actor: take a message, run its handler, commit what it sent, count. One batch at a time, so
// that the worker stays fair; the clock is read once per batch. Only what depends on the user's code is here, a
// template that every kernel instantiates; the rest is compiled once, in ring_runtime.cc.
//
// Runs on the CPU device (Clang, wasm32).
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
RING_D inline header* next_message(actor& a, const host_ends& ends) {
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

/// Runs the handler; the reason when there is none or the message comes too late.
template <class Dispatch>
RING_D inline reason handle(actor& a, worker& w, header& message, Dispatch& dispatch) {
  detail::store_volatile(&a.phase, static_cast<u32>(phase::handling));
  if (is_expired(message, w)) return reason::expired;
  detail::store_volatile(&w.dispatch, w.dispatch + 1);
  context ctx(a, message);
  const bool handled = dispatch(message.type_id, &message + 1, ctx);
  detail::store_volatile(&w.dispatch, w.dispatch + 1);
  return handled ? reason::none : reason::unhandled_type;
}

template <class Dispatch>
RING_D inline bool process(actor& a, worker& w, header& message, Dispatch& dispatch) {
  w.slot = detail::address_of(&message);
  if (message.hlc > a.last_hlc) a.last_hlc = message.hlc;
  const reason why = handle(a, w, message, dispatch);
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

template <class Dispatch>
RING_D inline outcome run_batch(actor& a, Dispatch dispatch) {
  a.ctl.heartbeat += 1;
  const bool is_active = obey(a);
  discard(a);
  if (!is_active) return outcome::idle;
  if (a.outbox_head != a.outbox_tail && !flush(a)) return outcome::blocked;
  if (a.termination_requested != 0) return end_actor(a);
  worker& w = *at<worker>(a.worker);
  const host_ends ends{load(&ring_of(a, lane::host).tail), load(&ring_of(a, lane::host_urgent).tail)};
  const u64 start = w.clock;
  const u32 budget = a.budget == 0 ? 1 : a.budget;
  outcome result = outcome::idle;
  u32 done = 0;
  for (; done < budget; ++done) {
    if (!may_consume(a)) {
      result = outcome::blocked;
      break;
    }
    header* message = next_message(a, ends);
    if (message == nullptr) break;
    const bool flushed = process(a, w, *message, dispatch);
    settle_if_full(a);
    if (a.termination_requested != 0) result = outcome::ended;
    if (!flushed) result = outcome::blocked;
    if (result != outcome::idle || load(&a.ctl.command) != a.ctl.acknowledged) {
      ++done;
      break;
    }
  }
  if (result == outcome::idle && (done == budget || load(&a.ctl.command) != a.ctl.acknowledged)) result = outcome::more;
  if (done == 0 && !has_unsettled(a)) return result;
  settle(a);
  if (result == outcome::ended) return end_actor(a);
  const u64 took = w.clock - start;
  if (took > kBatchTargetHlc)
    a.budget = done > 1 ? done / 2 : 1;
  else if (done == budget && budget < kMaxBatch)
    a.budget = budget * 2;
  return result;
}

/// Runs one batch. `dispatch(type id, payload, ctx)` runs the handler; false when there is none. `current` is cleared
/// last: whoever the batch woke is marked ready by then, so that an idle-looking worker really is idle.
template <class Dispatch>
RING_D inline outcome drain(actor& a, Dispatch dispatch) {
  worker& w = *at<worker>(a.worker);
  store(&w.current, detail::address_of(&a));
  const outcome result = run_batch(a, dispatch);
  store(&w.current, 0u);
  return result;
}

}  // namespace ring::runtime
