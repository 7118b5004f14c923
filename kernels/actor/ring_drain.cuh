// The loop that runs an actor: take a message, run its handler, commit what it sent, count. One batch at a time, so
// that the worker stays fair; the clock is read once per batch. Only what depends on the user's code is here, a
// template that every kernel instantiates; the rest is compiled once, in ring_runtime.cc.
//
// Runs on the CPU device (Clang, wasm32).
#pragma once

#include "ring_runtime.cuh"

namespace ring::runtime {

inline constexpr u32 kMaxBatch = 256;
/// A batch grows while it takes less than this: it bounds both unfairness and the error of measured latencies.
inline constexpr u64 kBatchTargetHlc = (50'000ull << 22) / 1'000'000;

/// The next message, from host ring and inbox in turn; tombstones are skipped and counted.
RING_D inline header* next_message(actor& a, ring& host, ring& inbox, u32 host_end) {
  const u32 preferred = a.lane ^ 1;
  for (u32 attempt = 0; attempt < 2; ++attempt) {
    if ((preferred ^ attempt) == 0) {
      if (a.host_cursor == host_end) continue;
      a.lane = 0;
      return slot_at(host, a.host_cursor);
    }
    for (;;) {
      header* message = slot_at(inbox, a.inbox_cursor);
      if (load(&message->sequence) != a.inbox_cursor + 1) break;
      if ((message->flags & kFlagTombstone) == 0) {
        a.lane = 1;
        return message;
      }
      inbox.skipped += 1;
      detail::store_volatile(&a.inbox_cursor, a.inbox_cursor + 1);
    }
  }
  return nullptr;
}

/// Marks the message in hand as done: the one store that decides what a dead worker had finished.
RING_D inline void advance(actor& a) {
  u32* cursor = a.lane == 0 ? &a.host_cursor : &a.inbox_cursor;
  detail::store_volatile(cursor, *cursor + 1);
}

template <class Dispatch>
RING_D inline bool process(actor& a, worker& w, header& message, Dispatch& dispatch) {
  w.slot = detail::address_of(&message);
  if (message.hlc > a.last_hlc) a.last_hlc = message.hlc;
  detail::store_volatile(&a.phase, static_cast<u32>(phase::handling));
  detail::store_volatile(&w.dispatch, w.dispatch + 1);
  context ctx(a, message);
  const bool handled = dispatch(message.type_id, &message + 1, ctx);
  detail::store_volatile(&w.dispatch, w.dispatch + 1);
  if (!handled) {
    dead_letter(a, message, reason::unhandled_type);
    message.flags |= kFlagDeadLetter;  // not measured as processed
  }
  detail::store_volatile(&a.phase, static_cast<u32>(phase::committing));
  const bool flushed = a.outbox_tail == 0 || flush(a);
  detail::store_volatile(&a.phase, static_cast<u32>(phase::counting));
  if (handled)
    a.processed += 1;
  else
    a.dropped += 1;
  advance(a);
  detail::store_volatile(&a.phase, static_cast<u32>(phase::idle));
  return flushed;
}

template <class Dispatch>
RING_D inline outcome run_batch(actor& a, Dispatch dispatch) {
  a.ctl.heartbeat += 1;
  if (!obey(a)) return outcome::idle;
  if (a.outbox_head != a.outbox_tail && !flush(a)) return outcome::blocked;
  if (a.termination_requested != 0) return end_actor(a);
  worker& w = *at<worker>(a.worker);
  ring& host = *at<ring>(a.host_ring);
  ring& inbox = *at<ring>(a.inbox);
  const u32 host_end = load(&host.tail);
  const u64 start = w.clock;
  const u32 budget = a.budget == 0 ? 1 : a.budget;
  outcome result = outcome::idle;
  u32 done = 0;
  for (; done < budget; ++done) {
    header* message = next_message(a, host, inbox, host_end);
    if (message == nullptr) break;
    const bool flushed = process(a, w, *message, dispatch);
    if (a.termination_requested != 0) result = outcome::ended;
    if (!flushed) result = outcome::blocked;
    if (result != outcome::idle || load(&a.ctl.command) != a.ctl.acknowledged) {
      ++done;
      break;
    }
  }
  if (result == outcome::idle && (done == budget || load(&a.ctl.command) != a.ctl.acknowledged)) result = outcome::more;
  if (done == 0 && inbox.head == a.inbox_cursor) return result;
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
