// The part of the actor runtime that does not depend on the user's code: delivery, accounting, commands. On the CPU
// device it is compiled once and linked with every program, on CUDA it is a part of the generated unit.
//
// Compiles in three environments: the CPU device (Clang, wasm32), nvcc and NVRTC.
#include "ring_platform.cuh"

#include "ring_delivery.cuh"
#include "ring_ledger.cuh"
#include "ring_queue.cuh"

namespace ring::runtime {

namespace {

/// It may begin again, when it is supervised.
RING_D bool has_ended(const actor& a) {
  const u32 now = load(&a.ctl.state);
  return now == static_cast<u32>(abi::state::failed) || now == static_cast<u32>(abi::state::terminated);
}

RING_D reason undeliverable(const actor& target) {
  const u32 state = load(&target.ctl.state);
  if (state == static_cast<u32>(abi::state::failed) && load(&target.supervised) == 0) return reason::target_failed;
  if (state == static_cast<u32>(abi::state::terminated)) return reason::target_terminated;
  return reason::none;
}

}  // namespace

RING_D bool may_deliver(actor& a) { return a.ledger == 0 || has_ledger_room(a, kDeliverRecords); }

RING_D bool push_to_host(actor& a, const header& message, reason why) {
  ring& out = *at<ring>(a.out_ring);
  if (!push(a, out, message, why)) {
    wait_for_room(a, out);
    if (!push(a, out, message, why)) return false;
    wake_waiters(out);  // nobody stays on a list for room that it does not need any more
  }
  tell_host(a);
  return true;
}

namespace {

/// To an actor of another GPU, whose inboxes are changed by atomics of its own: the host passes it on.
RING_D bool push_across(actor& a, header& message) {
  message.flags |= kFlagPassOn;
  const bool is_done = push_to_host(a, message);
  message.flags &= static_cast<u16>(~kFlagPassOn);
  return is_done;
}

/// What a message that found no room does; the actor waits where it is no more than a matter of time.
enum class no_room : u32 { sent = 0, blocked = 1, ended = 2 };

/// Waits for room, and looks once more: a target that ends meanwhile wakes its waiters after its state says so.
RING_D no_room push_or_wait(actor& a, ring& inbox, const header& message, const actor& target) {
  const bool evicts = target.overflow == static_cast<u32>(overflow::drop_oldest);
  wait_for_room(a, inbox);
  const bool is_over = undeliverable(target) != reason::none;
  if (!is_over && !(evicts ? push_evicting(a, inbox, message) : push(a, inbox, message))) return no_room::blocked;
  wake_waiters(inbox);  // nobody stays on a list for room that it does not need any more
  return is_over ? no_room::ended : no_room::sent;
}

/// For a message that found the target's inbox full: by the target's policy. False when its sender is blocked.
RING_D bool overflow_inbox(actor& a, ring& inbox, const header& message, actor& target) {
  switch (static_cast<abi::overflow>(target.overflow)) {
    case overflow::reject:
    case overflow::dead_letter:
      return push_to_host(a, message, reason::queue_full);
    case overflow::drop_newest:
      detail::fetch_add(&inbox.refused, 1);
      if (a.ledger != 0) note_refused(a, message);
      return true;
    case overflow::drop_oldest:
      if (push_evicting(a, inbox, message)) {
        make_ready(target);
        return true;
      }
      break;
    case overflow::block:
      break;
  }
  switch (push_or_wait(a, inbox, message, target)) {
    case no_room::blocked:
      return false;
    case no_room::ended:
      return push_to_host(a, message, undeliverable(target));
    case no_room::sent:
      make_ready(target);
      return true;
  }
  return true;
}

}  // namespace

RING_D bool push_to_actor(actor& a, header& message, actor& target) {
  message.target = target.id;
  reason why = undeliverable(target);
  if (why == reason::none && message.hops > a.max_hops) why = reason::too_many_hops;
  if (why != reason::none) return push_to_host(a, message, why);
  ring& inbox = ring_of(target, message.priority >= kUrgentPriority ? lane::inbox_urgent : lane::inbox);
  // A reply may be of a type that its receiver never handles, and larger than its slots.
  if (message.payload_bytes > inbox.stride - sizeof(header)) return push_to_host(a, message, reason::unhandled_type);
  if (target.gpu != a.gpu) return push_across(a, message);
  if (!push(a, inbox, message)) return overflow_inbox(a, inbox, message, target);
  if (target.hand != 0) wake_waiters(inbox);  // who found the oldest message unfinished: it may have been this one
  make_ready(target);
  return true;
}

namespace {

RING_D bool deliver_reply(actor& a, header& message) {
  if (message.target == 0) return push_to_host(a, message);
  const u32 block = load(at<u32>(at<arena>(kArenaHeaderAddress)->actors) + message.target);
  if (block == 0) return push_to_host(a, message, reason::target_terminated);
  return push_to_actor(a, message, *at<actor>(block));
}

/// Sends one outbox entry to all its receivers; false when it has to wait (outbox_step says where).
RING_D bool deliver(actor& a, header& message) {
  if (!may_deliver(a)) return false;
  if ((message.flags & kFlagDeadLetter) != 0) return push_to_host(a, message);
  if (message.port == kReplyPort) return deliver_reply(a, message);
  if (message.port == kSendPort) return deliver_by_name(a, message);
  if (message.port == kTopicPort) return deliver_to_topic(a, message);
  const route& way = at<route>(a.routes)[message.port];
  return way.channel_count == 0 ? push_to_host(a, message) : deliver_to_channels(a, message, way);
}

RING_D u64 to_ns(u64 hlc_difference) {
  const u64 limit = 1ull << 48;
  return ((hlc_difference < limit ? hlc_difference : limit) * 15625) >> 16;  // 10^6 / 2^22
}

RING_D u32 histogram_bucket(u64 ns) {
  if (ns < 16) return static_cast<u32>(ns);
  const u32 octave = 63u - static_cast<u32>(__builtin_clzll(ns));
  const u32 bucket = (octave - 3) * 16 + (static_cast<u32>(ns >> (octave - 4)) & 15);
  return bucket < kHistogramBuckets ? bucket : kHistogramBuckets - 1;
}

RING_D void note_latency(actor& a, u64 sent, u64 end) {
  const u64 ns = end > sent ? to_ns(end - sent) : 0;
  at<u64>(a.histogram)[histogram_bucket(ns)] += 1;
  a.stats.total_latency_ns += ns;
  if (ns > a.stats.max_latency_ns) a.stats.max_latency_ns = ns;
  if (ns < a.stats.min_latency_ns) a.stats.min_latency_ns = ns;
}

/// Accounts the latencies of the messages that the lane has come past, all still in place or noted by their times. A
/// worker can die at any turn of the loop: `settled` never lags.
RING_D void measure(actor& a, u32 lane, u64 end) {
  const ring& r = *at<ring>(a.rings[lane]);
  const bool is_noted = is_evictable(a, lane);
  u32& settled = a.settled[lane];
  const u32 to = a.cursors[lane];
  if (is_noted && to - settled > kMaxBatch) settled = to - kMaxBatch;
  for (u32 position = settled; position != to; ++position) {
    if (is_noted) {
      u64& sent = at<u64>(a.hand_times)[(lane >> 1) * kMaxBatch + position % kMaxBatch];
      detail::store_volatile(&settled, position + 1);
      if (sent != 0) note_latency(a, sent, end);
      sent = 0;  // for a tombstone, which notes none
      continue;
    }
    const header& message = *slot_at(r, position);
    detail::store_volatile(&settled, position + 1);
    if ((message.flags & (kFlagTombstone | kFlagDeadLetter | kFlagDropped)) == 0) note_latency(a, message.hlc, end);
  }
}

/// Counts a message as dropped that nobody hears of any more.
RING_D void drop(actor& a, u32 lane, header& message, u32 why) {
  at<worker>(a.worker)->slot = detail::address_of(&message);
  a.lane = lane;
  message.flags |= kFlagDropped;
  message.reason = static_cast<u16>(why);
  detail::store_volatile(&a.phase, static_cast<u32>(phase::counting));
  if (a.ledger != 0) note_consumed(a, message, delivery_outcome::dropped, static_cast<reason>(why));
  a.dropped_by_reason[why] += 1;
  a.dropped += 1;
  advance(a, message);
  detail::store_volatile(&a.phase, static_cast<u32>(phase::idle));
}

/// The next message of a lane if it lies below `limit`.
RING_D header* next_below(actor& a, u32 lane, u32 limit) {
  ring& r = *at<ring>(a.rings[lane]);
  if (is_evictable(a, lane)) return take_in_hand(a, r, lane, &limit);
  header* message = is_inbox(lane) ? next_of_inbox(a, lane) : slot_at(r, a.cursors[lane]);
  return lies_below(a.cursors[lane], limit) ? message : nullptr;
}

RING_D void discard_lane(actor& a, u32 lane, u32 why) {
  ring& r = *at<ring>(a.rings[lane]);
  const u32 below = load(&r.discard_below);
  if (load(&r.discard_reason) != why) return;  // the host wants something else by now: it wakes the actor again
  const bool can_evict = is_evictable(a, lane);
  for (;;) {
    if (can_evict && has_in_hand(a)) return;  // taken already: it comes next, and there is one hand
    if (!lies_below(can_evict ? load(&r.head) : a.cursors[lane], below)) return;
    if (!may_consume(a)) return;
    header* message = next_below(a, lane, below);
    if (message == nullptr) return;
    drop(a, lane, *message, why);
  }
}

/// Gives the slots that the actor has done with back to whoever waits for them.
RING_D void give_back(actor& a, ring& r, u32 lane) {
  if (is_evictable(a, lane)) {
    wake_waiters(r);
    return;
  }
  if (r.head == a.cursors[lane]) return;
  store(&r.head, a.cursors[lane]);
  if (is_inbox(lane)) return wake_waiters(r);
  detail::fence();
  if (load(&r.producer_waiting) != 0) tell_host(a);
}

/// Wakes who waits for an actor that takes no more messages.
RING_D void release_senders(actor& a) {
  wake_waiters(ring_of(a, lane::inbox));
  wake_waiters(ring_of(a, lane::inbox_urgent));
  tell_host(a);
}

RING_D void set_state(actor& a, state next) { store(&a.ctl.state, static_cast<u32>(next)); }

}  // namespace

RING_D bool flush(actor& a) {
  while (a.outbox_head != a.outbox_tail) {
    header& message = *at<header>(a.outbox + a.outbox_head * a.outbox_stride);
    if (message.message_id == 0) {
      message.message_id = (static_cast<u64>(a.id) << 44) + ++a.message_counter;
      message.hlc = tick(a);
      if (message.trace_id == 0) message.trace_id = message.message_id;
    }
    if (!deliver(a, message)) return false;
    a.outbox_turn = 0;
    a.outbox_step = 0;
    a.sent += 1;
    detail::store_volatile(&a.outbox_head, a.outbox_head + 1);
  }
  detail::store_volatile(&a.claim_ring, 0u);
  forget_misses(a);
  detail::store_volatile(&a.outbox_tail, 0u);  // first: with the head it would look like an entry that is not sent
  detail::store_volatile(&a.outbox_head, 0u);
#if !defined(RING_DEVICE_CPU)
  if (a.waiting_on != 0) store(&a.waiting_on, 0u);
#endif
  return true;
}

RING_D void dead_letter(actor& a, const header& message, reason why) {
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

RING_D void discard(actor& a) {
  if (has_ended(a)) return;  // a failed one begins behind the message that it failed on, if at all
  const u64 before = a.dropped;
  bool is_asked = false;
  for (u32 lane = 0; lane < kLanes; ++lane) {
    const u32 why = load(&at<ring>(a.rings[lane])->discard_reason);
    if (why == 0 || why >= kReasons) continue;
    discard_lane(a, lane, why);
    is_asked = true;
  }
  if (a.dropped != before) settle(a);
  if (is_asked) tell_host(a);
}

RING_D void settle(actor& a) {
  detail::read_clock(a.worker);
  const u64 end = at<worker>(a.worker)->clock;
  store(&a.stats.version, a.stats.version | 1);
  detail::fence();
  for (u32 lane = 0; lane < kLanes; ++lane) measure(a, lane, end);
  a.stats.processed = a.processed;
  a.stats.dropped = a.dropped;
  a.stats.last_activity_hlc = end;
  a.stats.error_code = a.error_code;
  store(&a.stats.version, (a.stats.version | 1) + 1);
  if (a.ledger != 0) offer_ledger(a);
  for (u32 lane = 0; lane < kLanes; ++lane) give_back(a, *at<ring>(a.rings[lane]), lane);
}

RING_D bool obey(actor& a) {
  const u32 command = load(&a.ctl.command);
  if (command != a.ctl.acknowledged) {
    // An actor that has ended meanwhile takes note of the command and stays what it is.
    switch (has_ended(a) ? command::none : static_cast<abi::command>(command & 255)) {
      case command::activate:
        set_state(a, state::active);
        break;
      case command::deactivate:
        set_state(a, state::deactivated);
        break;
      case command::terminate:
        set_state(a, state::terminated);
        break;
      case command::none:
        break;
    }
    store(&a.ctl.acknowledged, command);
    if (static_cast<abi::command>(command & 255) == command::terminate) release_senders(a);
    tell_host(a);
  }
  return a.ctl.state == static_cast<u32>(state::active);
}

RING_D outcome end_actor(actor& a) {
  set_state(a, state::terminated);
  release_senders(a);
  return outcome::ended;
}

}  // namespace ring::runtime

#if defined(RING_DEVICE_CPU)
extern "C" __attribute__((export_name("ring_settle"))) void ring_settle(::ring::abi::u32 actor) {
  ::ring::runtime::settle(*::ring::detail::at<::ring::abi::actor>(actor));
}

/// For an actor whose handler trapped or whose worker died in it: what it had sent is discarded, the message in hand
/// stays in its slot for the host, senders that wait find the actor failed.
extern "C" __attribute__((export_name("ring_fail"))) void ring_fail(::ring::abi::u32 address) {
  ::ring::abi::actor& actor = *::ring::detail::at<::ring::abi::actor>(address);
  actor.claim_ring = 0;
  actor.outbox_head = 0;
  actor.outbox_tail = 0;
  actor.outbox_turn = 0;
  actor.outbox_step = 0;
  ::ring::runtime::forget_misses(actor);
  ::ring::runtime::settle(actor);
  ::ring::runtime::set_state(actor, ::ring::abi::state::failed);
  ::ring::runtime::release_senders(actor);
}

// vsnprintf drags in stdio's file operations, which an actor never reaches: they end here instead of in imports.
extern "C" int __imported_wasi_snapshot_preview1_fd_close(int) { return -1; }
extern "C" int __imported_wasi_snapshot_preview1_fd_seek(int, long long, int, int) { return -1; }
extern "C" int __imported_wasi_snapshot_preview1_fd_write(int, int, int, int) { return -1; }
#endif
