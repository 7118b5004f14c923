// The ledger: what the actor's worker writes down of every delivery that it makes or ends, for a host that accounts for
// each message. Most runs keep none: then all of it is a look at one word.
//
// A record is written after what it tells of has become visible, and before the word that says so to the worker itself
// (cursor, outbox_step) moves: the host, when it mends what a dead worker left, sees from the last record whether one
// is missing. Nothing is sent or consumed without room for its records. Compiles in three environments: the CPU device
// (Clang, wasm32), nvcc and NVRTC.
#pragma once

#include "ring_queue.cuh"

namespace ring::runtime {

RING_D inline bool has_room(const abi::ledger& l, u32 records) {
  return l.capacity - (l.tail - load(&l.head)) >= records;
}

RING_D bool has_ledger_room(actor& a, u32 records) {
  abi::ledger& l = *at<abi::ledger>(a.ledger);
  if (has_room(l, records)) return true;
  store(&l.waiting, 1u);
  detail::fence();
  if (has_room(l, records)) return true;
  waits_for_host(a);
  tell_host(a);
  return false;
}

struct ledger_entry {
  delivery_outcome outcome;
  u32 lane;      ///< consumed: where the message lay
  u32 position;  ///< and its position there; sent: its position at the receiver; refused: outbox_step
  u32 peer;
  u16 reason;
};

RING_D inline void stage_record(actor& a, const header& message, const ledger_entry& entry) {
  abi::ledger& l = *at<abi::ledger>(a.ledger);
  ledger_record& record = at<ledger_record>(l.records)[l.tail & (l.capacity - 1)];
  record.message_id = message.message_id;
  record.trace_id = message.trace_id;
  record.type_id = message.type_id;
  record.peer = entry.peer;
  record.outcome = static_cast<u8>(entry.outcome);
  record.lane = static_cast<u8>(entry.lane);
  record.reason = entry.reason;
  record.position = entry.position;
}

RING_D inline void write_record(actor& a, const header& message, const ledger_entry& entry) {
  stage_record(a, message, entry);
  publish_record(a);
}

RING_D void note_sent(actor& a, const ring& to, const header& message, u32 position, reason why) {
  if (why == reason::none) {
    if ((message.flags & kFlagDeadLetter) != 0) return;  // the record of its consumption says so
    const u32 receiver = (message.flags & kFlagPassOn) != 0 ? message.target : to.owner;
    write_record(a, message, {delivery_outcome::sent, 0, position, receiver, 0});
  } else {
    write_record(a, message, {delivery_outcome::sent_dead_letter, 0, position, message.target, static_cast<u16>(why)});
  }
}

RING_D void note_refused(actor& a, const header& message) {
  const u16 why = static_cast<u16>(reason::dropped_newest);
  write_record(a, message, {delivery_outcome::sent_dropped, 0, a.outbox_step, message.target, why});
}

RING_D void stage_evicted(actor& a, const ring& from, const header& oldest, u32 position) {
  const u16 why = static_cast<u16>(reason::dropped_oldest);
  stage_record(a, oldest, {delivery_outcome::evicted, 0, position, from.owner, why});
}

RING_D void note_consumed(actor& a, const header& message, delivery_outcome outcome, reason why) {
  write_record(a, message, {outcome, a.lane, a.cursors[a.lane], a.id, static_cast<u16>(why)});
}

/// The host reads ledgers now and then; one that fills up sooner says so.
RING_D inline void offer_ledger(const actor& a) {
  const abi::ledger& l = *at<abi::ledger>(a.ledger);
  if (l.tail - load(&l.head) > l.capacity / 2) tell_host(a);
}

}  // namespace ring::runtime
