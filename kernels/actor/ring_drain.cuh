// The loop that runs an actor: take a message, run its handler, commit what it sent, count. One batch at a time, so that
// the worker stays fair; the clock is read once per batch.
//
// Runs on the CPU device (Clang, wasm32).
#pragma once

#include "ring_queue.cuh"

namespace ring::runtime {

/// What the worker does with the actor after a batch.
enum class outcome : u32 { idle = 0, more = 1, blocked = 2, ended = 3 };

inline constexpr u32 kMaxBatch = 256;
/// A batch grows while it takes less than this: it bounds both unfairness and the error of measured latencies.
inline constexpr u64 kBatchTargetHlc = (50'000ull << 22) / 1'000'000;

RING_D inline reason undeliverable(const actor& target) {
  const u32 state = load(&target.ctl.state);
  if (state == static_cast<u32>(abi::state::failed)) return reason::target_failed;
  if (state == static_cast<u32>(abi::state::terminated)) return reason::target_terminated;
  return reason::none;
}

/// Delivers to the host: outputs that leave the topology, replies to it, dead letters.
RING_D inline bool push_to_host(actor& a, const header& message) {
  ring& out = *at<ring>(a.out_ring);
  if (!push(a, out, message)) {
    wait_for_room(a, out);
    if (!push(a, out, message)) return false;
  }
  tell_host(a);
  return true;
}

/// Delivers a message to the dead letters instead of its target; the outbox entry may have more channels to go to.
RING_D inline bool push_as_dead_letter(actor& a, header& message, reason why) {
  message.flags = kFlagDeadLetter;
  message.reason = static_cast<u16>(why);
  const bool done = push_to_host(a, message);
  message.flags = 0;
  message.reason = 0;
  return done;
}

/// Delivers to an actor, or to the dead letters when that has ended or takes no more.
RING_D inline bool push_to_actor(actor& a, header& message, actor& target) {
  message.target = target.id;
  reason why = undeliverable(target);
  if (why == reason::none && message.hops > a.max_hops) why = reason::too_many_hops;
  if (why != reason::none) return push_as_dead_letter(a, message, why);
  ring& inbox = *at<ring>(target.inbox);
  // A reply may be of a type that its receiver never handles, and larger than its slots.
  if (message.payload_bytes > inbox.stride - sizeof(header))
    return push_as_dead_letter(a, message, reason::unhandled_type);
  if (!push(a, inbox, message)) {
    if (target.rejects_when_full != 0) return push_as_dead_letter(a, message, reason::queue_full);
    wait_for_room(a, inbox);
    // A target that ends meanwhile wakes its waiters after its state says so.
    why = undeliverable(target);
    if (why != reason::none) return push_as_dead_letter(a, message, why);
    if (!push(a, inbox, message)) return false;
  }
  make_ready(target);
  return true;
}

RING_D inline bool deliver_reply(actor& a, header& message) {
  if (message.target == 0) return push_to_host(a, message);
  const u32 block = load(at<u32>(at<arena>(kArenaHeaderAddress)->actors) + message.target);
  if (block == 0) return push_as_dead_letter(a, message, reason::target_terminated);
  return push_to_actor(a, message, *at<actor>(block));
}

/// Sends one outbox entry to every channel of its port; false when one is full (outbox_channel says which).
RING_D inline bool deliver(actor& a, header& message) {
  if ((message.flags & kFlagDeadLetter) != 0) return push_to_host(a, message);
  if (message.port == kReplyPort) return deliver_reply(a, message);
  const route& way = at<route>(a.routes)[message.port];
  if (way.channel_count == 0) return push_to_host(a, message);
  for (u32 i = a.outbox_channel; i < way.channel_count; ++i) {
    channel& c = at<channel>(way.channels)[i];
    actor& target = *at<actor>(at<u32>(c.targets)[c.next]);
    if (!push_to_actor(a, message, target)) return false;
    c.next = c.next + 1 == c.target_count ? 0 : c.next + 1;
    c.sent += 1;
    a.outbox_channel = i + 1;
  }
  return true;
}

/// Commits the outbox in order. False: blocked on a full ring, the actor waits for room there.
RING_D inline bool flush(actor& a) {
  while (a.outbox_head != a.outbox_tail) {
    header& message = *at<header>(a.outbox + a.outbox_head * a.outbox_stride);
    if (message.message_id == 0) {
      message.message_id = (static_cast<u64>(a.id) << 44) + ++a.message_counter;
      message.hlc = tick(a);
      if (message.trace_id == 0) message.trace_id = message.message_id;
    }
    if (!deliver(a, message)) return false;
    a.outbox_channel = 0;
    a.sent += 1;
    detail::store_volatile(&a.outbox_head, a.outbox_head + 1);
  }
  a.outbox_tail = 0;
  detail::store_volatile(&a.outbox_head, 0u);
  return true;
}

/// Hands a message that no handler takes to the host, payload and all, in front of nothing else: the outbox is empty.
RING_D inline void dead_letter(actor& a, const header& message, reason why) {
  header& entry = *at<header>(a.outbox);
  const u32 room = a.outbox_stride - sizeof(header);
  const u32 bytes = message.payload_bytes < room ? message.payload_bytes : room;
  __builtin_memcpy(&entry, &message, sizeof(header) + bytes);
  entry.payload_bytes = bytes;
  entry.target = a.id;
  entry.flags = kFlagDeadLetter;
  entry.reason = static_cast<u16>(why);
  a.outbox_head = 0;
  a.outbox_tail = 1;
}

RING_D inline u64 to_ns(u64 hlc_difference) {
  const u64 limit = 1ull << 48;
  return ((hlc_difference < limit ? hlc_difference : limit) * 15625) >> 16;  // 10^6 / 2^22
}

RING_D inline u32 histogram_bucket(u64 ns) {
  if (ns < 16) return static_cast<u32>(ns);
  const u32 octave = 63u - static_cast<u32>(__builtin_clzll(ns));
  const u32 bucket = (octave - 3) * 16 + (static_cast<u32>(ns >> (octave - 4)) & 15);
  return bucket < kHistogramBuckets ? bucket : kHistogramBuckets - 1;
}

/// Accounts the latencies of the messages between two positions of a ring, all still in place.
RING_D inline void measure(actor& a, const ring& r, u32 from, u32 to, u64 end) {
  u64* buckets = at<u64>(a.histogram);
  for (u32 position = from; position != to; ++position) {
    const header& message = *slot_at(r, position);
    if ((message.flags & (kFlagTombstone | kFlagDeadLetter)) != 0) continue;
    const u64 ns = end > message.hlc ? to_ns(end - message.hlc) : 0;
    buckets[histogram_bucket(ns)] += 1;
    a.stats.total_latency_ns += ns;
    if (ns > a.stats.max_latency_ns) a.stats.max_latency_ns = ns;
    if (ns < a.stats.min_latency_ns) a.stats.min_latency_ns = ns;
  }
}

/// Ends a batch: latencies, telemetry, and the consumed slots given back to their producers. Also what a worker calls for
/// an actor whose handler trapped, and a new worker for the actors of a dead one.
RING_D inline void settle(actor& a) {
  ring& host = *at<ring>(a.host_ring);
  ring& inbox = *at<ring>(a.inbox);
  detail::read_clock(a.worker);
  const u64 end = at<worker>(a.worker)->clock;
  store(&a.stats.version, a.stats.version | 1);
  measure(a, host, a.settled_host, a.host_cursor, end);
  measure(a, inbox, a.settled_inbox, a.inbox_cursor, end);
  a.settled_host = a.host_cursor;
  a.settled_inbox = a.inbox_cursor;
  a.stats.processed = a.processed;
  a.stats.dropped = a.dropped;
  a.stats.last_activity_hlc = end;
  a.stats.error_code = a.error_code;
  store(&a.stats.version, (a.stats.version | 1) + 1);
  if (host.head != a.host_cursor) {
    store(&host.head, a.host_cursor);
    if (load(&host.producer_waiting) != 0) tell_host(a);
  }
  if (inbox.head != a.inbox_cursor) {
    store(&inbox.head, a.inbox_cursor);
    wake_waiters(inbox);
  }
}

/// Wakes who waits for an actor that takes no more messages.
RING_D inline void release_senders(actor& a) {
  wake_waiters(*at<ring>(a.inbox));
  tell_host(a);
}

RING_D inline void set_state(actor& a, state next) { store(&a.ctl.state, static_cast<u32>(next)); }

/// Takes note of the host's command. True when the actor may process messages.
RING_D inline bool obey(actor& a) {
  const u32 command = load(&a.ctl.command);
  if (command != a.ctl.acknowledged) {
    switch (static_cast<abi::command>(command & 255)) {
      case command::activate: set_state(a, state::active); break;
      case command::deactivate: set_state(a, state::deactivated); break;
      case command::terminate: set_state(a, state::terminated); break;
      case command::none: break;
    }
    store(&a.ctl.acknowledged, command);
    if (static_cast<abi::command>(command & 255) == command::terminate) release_senders(a);
    tell_host(a);
  }
  return a.ctl.state == static_cast<u32>(state::active);
}

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

/// Ends the actor on its own request: its outbox is empty.
RING_D inline outcome end_actor(actor& a) {
  set_state(a, state::terminated);
  release_senders(a);
  return outcome::ended;
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
  detail::store_volatile(&a.phase, static_cast<u32>(phase::committing));
  if (!handled) {
    dead_letter(a, message, reason::unhandled_type);
    message.flags |= kFlagDeadLetter;  // not measured as processed
  }
  const bool flushed = flush(a);
  detail::store_volatile(&a.phase, static_cast<u32>(phase::counting));
  if (handled)
    a.processed += 1;
  else
    a.dropped += 1;
  advance(a);
  detail::store_volatile(&a.phase, static_cast<u32>(phase::idle));
  return flushed;
}

/// Runs one batch. `dispatch(type id, payload, ctx)` runs the handler; false when there is none.
template <class Dispatch>
RING_D inline outcome drain(actor& a, Dispatch dispatch) {
  a.ctl.heartbeat += 1;
  if (!obey(a)) return outcome::idle;
  if (a.outbox_head != a.outbox_tail && !flush(a)) return outcome::blocked;
  if (a.termination_requested != 0) return end_actor(a);
  worker& w = *at<worker>(a.worker);
  detail::store_volatile(&w.current, detail::address_of(&a));
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
  detail::store_volatile(&w.current, 0u);
  if (done == 0) return result;
  settle(a);
  if (result == outcome::ended) return end_actor(a);
  const u64 took = w.clock - start;
  if (took > kBatchTargetHlc)
    a.budget = done > 1 ? done / 2 : 1;
  else if (done == budget && budget < kMaxBatch)
    a.budget = budget * 2;
  return result;
}

}  // namespace ring::runtime
