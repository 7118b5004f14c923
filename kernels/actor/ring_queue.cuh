// Rings, waiters and ready bits: the moves by which messages travel. Only this code runs between the claim of a slot
// and its publication, so that a dead worker leaves at most one claimed slot, which the host finds in `claim_ring`.
//
// Many-producer ring after D. Vyukov's bounded queue, with the consumer's `head` instead of slot resets: a slot is free
// when `tail - head < capacity`, so empty memory is a valid empty ring and consumers store one word only.
// Compiles in three environments: the CPU device (Clang, wasm32), nvcc and NVRTC.
#pragma once

#include "ring_runtime.cuh"

namespace ring::runtime {

#if defined(RING_DEVICE_CPU)
/// Sets a bit of a bitmap that another thread scans; true when it was clear.
RING_D inline bool set_bit(u32 bitmap, u32 index) {
  u32* word = at<u32>(bitmap) + (index >> 5);
  const u32 bit = 1u << (index & 31);
  if ((load(word) & bit) != 0) return false;
  return (detail::fetch_or(word, bit) & bit) == 0;
}
#endif

/// Has the actor's worker look at it soon.
RING_NOINLINE RING_D inline void make_ready(actor& a) {
#if defined(RING_DEVICE_CPU)
  worker& w = *at<worker>(a.worker);
  if (!set_bit(w.ready, a.ready_index)) return;
  if (load(&w.sleeping) != 0) {
    detail::fetch_add(&w.doorbell, 1);
    detail::notify(&w.doorbell);
  }
#else
  const u32 worker_address = load(&a.worker);  // 0 while it begins again, and then it looks
  if (worker_address != 0) detail::ring_bell(&at<worker>(worker_address)->doorbell);
#endif
}

/// Has the host look at the actor soon; called by what runs it. On CUDA it counts in a word that nobody else writes,
/// and the doorbell is rung by the GPU only: an atomic of the GPU is none for the host.
RING_NOINLINE RING_D inline void tell_host(const actor& a) {
  arena& shared = *at<arena>(kArenaHeaderAddress);
#if defined(RING_DEVICE_CPU)
  if (!set_bit(shared.host_ready, a.id)) return;
#else
  worker& own = *at<worker>(a.worker);
  store(&own.signals, own.signals + 1);
  detail::fence();
#endif
  if (load(&shared.host_sleeping) == 0) return;
  detail::fetch_add(&shared.host_doorbell, 1);
#if defined(RING_DEVICE_CPU)
  detail::notify(&shared.host_doorbell);
#endif
}

/// Claims the next slot of a many-producer ring; false when it is full.
RING_D inline bool claim(ring& r, u32& position) {
  u32 tail = load(&r.tail);
  for (;;) {
    if (tail - load(&r.head) >= r.capacity) {
      const u32 again = load(&r.tail);
      if (again == tail) return false;
      tail = again;
    } else if (detail::compare_exchange(&r.tail, tail, tail + 1)) {
      position = tail;
      return true;
    }
  }
}

/// `head` and `evicted` of a ring whose oldest message producers may drop: they move together.
struct consumed {
  u32 head;
  u32 evicted;
};
RING_D inline u64* consumed_word(ring& r) { return reinterpret_cast<u64*>(&r.head); }
RING_D inline consumed unpack(u64 word) { return {static_cast<u32>(word), static_cast<u32>(word >> 32)}; }
RING_D inline u64 pack(consumed c) { return (static_cast<u64>(c.evicted) << 32) | c.head; }
static_assert(__builtin_offsetof(ring, head) % 8 == 0 &&
                  __builtin_offsetof(ring, evicted) == __builtin_offsetof(ring, head) + 4,
              "head and evicted are one word");

/// Drops the oldest message of a full ring for `from`; true when there is room afterwards. False when that message is
/// still being written.
RING_NOINLINE RING_D inline bool evict_oldest(actor& from, ring& r) {
  u64 word = load(consumed_word(r));
  for (;;) {
    const consumed c = unpack(word);
    if (load(&r.tail) - c.head < r.capacity) return true;
    const header& oldest = *slot_at(r, c.head);
    if (load(&oldest.sequence) != c.head + 1) {
      const u64 again = load(consumed_word(r));
      if (again == word) return false;
      word = again;
      continue;
    }
    const bool is_tombstone = (oldest.flags & kFlagTombstone) != 0;
    const bool is_noted = from.ledger != 0 && !is_tombstone;
    if (is_noted) stage_evicted(from, r, oldest, c.head);
    if (!detail::compare_exchange(consumed_word(r), word, pack({c.head + 1, c.evicted + 1}))) continue;
    if (is_noted) publish_record(from);  // no call and no turn of a loop since: no thread ends in between
    if (is_tombstone) detail::fetch_add(&r.evicted_tombstones, 1);
    return true;
  }
}

/// Payloads are padded to 16 bytes in every slot: small ones copy without a call.
RING_NOINLINE RING_D inline void copy_payload(void* to, const void* from, u32 bytes) {
  if (bytes > 64) {
    __builtin_memcpy(to, from, bytes);
    return;
  }
  for (u32 i = 0; i < bytes; i += 16) __builtin_memcpy(static_cast<u8*>(to) + i, static_cast<const u8*>(from) + i, 16);
}

/// Copies a message from `from`'s outbox into the ring and publishes it, as a dead letter if there is a reason; false
/// when the ring is full. The claim stays on record until the outbox has been advanced: whoever finds it can tell
/// whether the message was sent.
RING_NOINLINE RING_D inline bool push(actor& from, ring& r, const header& message, reason why = reason::none) {
  u32 position;
  if (!claim(r, position)) return false;
  detail::store_volatile(&from.claim_ring, 0u);  // the record of the last claim is no longer whole
  detail::store_volatile(&from.claim_position, position);
  detail::store_volatile(&from.claim_entry, from.outbox_head);
  detail::store_volatile(&from.claim_step, from.outbox_step);
  detail::store_volatile(&from.claim_sent, static_cast<u32>(from.sent));
  detail::store_volatile(&from.claim_ring, detail::address_of(&r));
  header* slot = slot_at(r, position);
  const u32 sequence_bytes = sizeof(u32);  // of this slot's own; all the rest is the message's
  __builtin_memcpy(reinterpret_cast<u8*>(slot) + sequence_bytes, reinterpret_cast<const u8*>(&message) + sequence_bytes,
                   sizeof(header) - sequence_bytes);
  if (why != reason::none) {
    slot->flags = kFlagDeadLetter;
    slot->reason = static_cast<u16>(why);
  }
  copy_payload(slot + 1, &message + 1, message.payload_bytes);
  store(&slot->sequence, position + 1);
  if (from.ledger != 0) note_sent(from, r, message, position, why);
  return true;
}

/// Puts the actor on the list of those that wait for room in the ring. The caller looks at the ring once more after it.
/// On CUDA there is no list: it tries again and again, and says what for.
RING_NOINLINE RING_D inline void wait_for_room(actor& a, ring& r) {
#if defined(RING_DEVICE_CPU)
  if (load(&a.waiting_on) != 0) return;
  store(&a.waiting_on, detail::address_of(&r));
  u32 first = load(&r.waiters);
  do {
    a.wait_next = first;
  } while (!detail::compare_exchange_update(&r.waiters, first, detail::address_of(&a)));
#else
  store(&a.waiting_on, detail::address_of(&r));
#endif
}

/// What the actor waits for is something that the host does now. On CUDA it may have said before that it waits for
/// room: the host would take it for blocked until it tries again. On the CPU device the host marks it ready.
RING_NOINLINE RING_D inline void waits_for_host([[maybe_unused]] actor& a) {
#if !defined(RING_DEVICE_CPU)
  if (a.waiting_on != 0) store(&a.waiting_on, 0u);
#endif
}

/// Wakes everyone who waits for room in the ring.
RING_NOINLINE RING_D inline void wake_waiters([[maybe_unused]] ring& r) {
#if defined(RING_DEVICE_CPU)
  if (load(&r.waiters) == 0) return;
  u32 next = detail::exchange(&r.waiters, 0);
  while (next != 0) {
    actor& waiter = *at<actor>(next);
    next = waiter.wait_next;
    store(&waiter.waiting_on, 0u);
    make_ready(waiter);
  }
#endif
}

/// Sends to a ring whose oldest message makes room; false when that one is still being written, or the ledger is full.
RING_NOINLINE RING_D inline bool push_evicting(actor& from, ring& r, const header& message) {
  while (!push(from, r, message)) {
    if (from.ledger != 0 && !has_ledger_room(from, kEvictRecords)) return false;
    if (!evict_oldest(from, r)) return false;
  }
  wake_waiters(r);  // who found the oldest message unfinished: it may have been this one
  return true;
}

RING_D inline bool lies_below(u32 position, u32 limit) { return static_cast<int>(limit - position) > 0; }

/// The next message of an evictable inbox, copied into the actor's hand: from then on its slot may be used again. One
/// that lies there is the next one: a worker had died before it began. Nullptr when there is none, below `limit` if
/// that is given.
RING_NOINLINE RING_D inline header* take_in_hand(actor& a, ring& r, u32 lane, const u32* limit = nullptr) {
  header* hand = at<header>(a.hand);
  for (;;) {
    u64 word = load(consumed_word(r));
    const consumed c = unpack(word);
    if (c.head - c.evicted == a.cursors[lane]) {
      if (limit != nullptr && !lies_below(c.head, *limit)) return nullptr;
      const header* oldest = slot_at(r, c.head);
      if (load(&oldest->sequence) != c.head + 1) {
        if (load(consumed_word(r)) == word) return nullptr;
        continue;
      }
      // A producer may drop it meanwhile and write over it: then the exchange fails, and its size may be anything.
      const u32 room = r.stride - sizeof(header);
      const u32 bytes = *const_cast<const volatile u32*>(&oldest->payload_bytes);
      __builtin_memcpy(hand, oldest, sizeof(header));
      copy_payload(hand + 1, oldest + 1, bytes < room ? bytes : room);
      if (!detail::compare_exchange(consumed_word(r), word, pack({c.head + 1, c.evicted}))) continue;
    }
    if ((hand->flags & kFlagTombstone) == 0) return hand;
    r.skipped += 1;
    detail::store_volatile(&a.cursors[lane], a.cursors[lane] + 1);
  }
}

/// The next message of an inbox; tombstones are skipped and counted.
RING_NOINLINE RING_D inline header* next_of_inbox(actor& a, u32 lane) {
  ring& inbox = *at<ring>(a.rings[lane]);
  if (is_evictable(a, lane)) return take_in_hand(a, inbox, lane);
  for (;;) {
    header* message = slot_at(inbox, a.cursors[lane]);
    if (load(&message->sequence) != a.cursors[lane] + 1) return nullptr;
    if ((message->flags & kFlagTombstone) == 0) return message;
    inbox.skipped += 1;
    detail::store_volatile(&a.cursors[lane], a.cursors[lane] + 1);
  }
}

/// Whether a message of the evictable lane lies in the actor's hand.
RING_D inline bool is_in_hand(const actor& a, u32 lane) {
  const consumed c = unpack(load(consumed_word(*at<ring>(a.rings[lane]))));
  return c.head - c.evicted != a.cursors[lane];
}

/// Whether a message of either inbox lies in the actor's hand, of which there is one.
RING_D inline bool has_in_hand(const actor& a) {
  return is_in_hand(a, static_cast<u32>(lane::inbox)) || is_in_hand(a, static_cast<u32>(lane::inbox_urgent));
}

/// Marks the message in hand as done: the one store that decides what a dead worker had finished.
RING_D inline void advance(actor& a, const header& message) {
  const u32 lane = a.lane;
  const u32 cursor = a.cursors[lane];
  if (is_evictable(a, lane)) {
    const bool is_measured = (message.flags & (kFlagDeadLetter | kFlagDropped)) == 0;
    at<u64>(a.hand_times)[(lane >> 1) * kMaxBatch + cursor % kMaxBatch] = is_measured ? message.hlc : 0;
  }
  detail::store_volatile(&a.cursors[lane], cursor + 1);
}

/// HLC time of a message that leaves `a` now: later than all it has seen.
RING_D inline u64 tick(actor& a) {
  const u64 clock = at<worker>(a.worker)->clock;
  const u64 next = (clock > a.last_hlc ? clock : a.last_hlc) + 1;
  a.last_hlc = next;
  return next;
}

}  // namespace ring::runtime
