// Where an outbox entry goes: the steps of its delivery. Each step is one push to one receiver, noted in `outbox_step`
// when it is done, so that a delivery that found a queue full, or whose worker died, goes on with the next step.
//
// Compiles in three environments: the CPU device (Clang, wasm32), nvcc and NVRTC.
#pragma once

#include "ring_lookup.cuh"
#include "ring_queue.cuh"

namespace ring::runtime {

/// Delivers to the host: outputs that leave the topology, replies to it, dead letters. False: no room, the actor waits.
RING_NOINLINE RING_D bool push_to_host(actor& a, const header& message, reason why = reason::none);
/// Delivers to an actor, or to the dead letters when that has ended or takes no more. False: no room, the actor waits.
RING_NOINLINE RING_D bool push_to_actor(actor& a, header& message, actor& target);

/// Whether the ledger, if there is one, has room for what one push writes there. False: the host wakes the actor.
RING_NOINLINE RING_D bool may_deliver(actor& a);

/// The steps that a channel takes.
RING_D inline u32 steps_of(const channel& c) {
  return c.routing == static_cast<u32>(routing::broadcast) ? c.target_count : 1;
}

/// FNV-1a of the field that the channel is routed by.
RING_NOINLINE RING_D inline u32 key_of(const channel& c, const header& message) {
  const u8* key = reinterpret_cast<const u8*>(&message + 1) + c.key_offset;
  if (c.key_bytes != kKeyIsText) return detail::fnv1a32(key, c.key_bytes);
  u32 size;  // lies in front of the text
  __builtin_memcpy(&size, key - sizeof(u32), sizeof(u32));
  const u32 room = message.payload_bytes - c.key_offset;
  return detail::fnv1a32(key, size < room ? size : room);
}

/// Who gets the message in the step of the channel: an actor's block, or 0 for those that run on the host.
RING_D inline u32 target_of(const channel& c, const header& message, u32 step) {
  u32 index = c.next;
  if (c.routing == static_cast<u32>(routing::broadcast)) index = step;
  if (c.routing == static_cast<u32>(routing::key_hash)) index = key_of(c, message) % c.target_count;
  return at<u32>(c.targets)[index];
}

/// The receiver whose turn it is among those that all actors send to. It is drawn once for a step: a full queue is
/// waited for, not passed over. Two GPUs may draw the same one, whose turns are then not quite even.
RING_D inline u32 draw_turn(actor& a, u32& next, u32 count) {
  if (a.outbox_turn == 0) a.outbox_turn = (detail::fetch_add(&next, 1) & 0x7fffffff) + 1;
  return (a.outbox_turn - 1) % count;
}

RING_D inline void finish_step(actor& a) {
  a.outbox_turn = 0;
  detail::store_volatile(&a.outbox_step, a.outbox_step + 1);
}

/// Makes the list of misses empty: the outbox is.
RING_D inline void forget_misses(actor& a) {
  misses& list = *at<misses>(a.misses);
  if (list.count == 0) return;
  store(&list.asked, 0u);  // first: from now on the host leaves the entries alone
  list.count = 0;
}

RING_D inline void ask_host(actor& a, misses& list) {
  if (list.asked == 0) {
    list.number += 1;
    store(&list.asked, list.number << 8 | list.count);
  }
  waits_for_host(a);
  tell_host(a);
}

/// Turns the name that a message is for into its place in the table, or into why there is none. False: the host has
/// been asked and wakes the actor when it has answered.
RING_D inline bool resolve(actor& a, header& message, reason& why) {
  if ((message.sequence & kMissed) == 0) return true;
  why = reason::no_such_actor;
  message.target = message.sequence;
  if (message.sequence == detail::kNobody) return true;
  misses& list = *at<misses>(a.misses);
  const u32 answer = load(&list.entries[message.sequence & ~kMissed].answer);
  message.target = answer >> 3;
  switch (static_cast<miss_answer>(answer & 7)) {
    case miss_answer::none:
      ask_host(a, list);
      return false;
    case miss_answer::index:
      why = reason::none;
      message.sequence = answer >> 3;
      break;
    case miss_answer::too_many_topics:
      why = reason::too_many_topics;
      break;
    case miss_answer::invalid_topic:
      why = reason::invalid_topic;
      break;
    case miss_answer::no_such_actor:
      break;
  }
  return true;
}

/// What ctx.send sends: one step.
RING_NOINLINE RING_D inline bool deliver_by_name(actor& a, header& message) {
  reason why = reason::none;
  if (!resolve(a, message, why)) return false;
  if (why != reason::none) return push_to_host(a, message, why);
  group& to = at<group>(at<arena>(kArenaHeaderAddress)->groups)[message.sequence];
  const u32 count = load(&to.target_count);
  if (count == 0) {  // it has been removed; the host knows the name
    message.target = kMissed | message.sequence;
    return push_to_host(a, message, reason::no_such_actor);
  }
  const u32 turn = draw_turn(a, to.next, count);
  return push_to_actor(a, message, *at<actor>(at<u32>(load(&to.targets))[turn]));
}

/// What ctx.publish sends: a step for the host, then one for each place among the subscribers.
RING_NOINLINE RING_D inline bool deliver_to_topic(actor& a, header& message) {
  reason why = reason::none;
  if (!resolve(a, message, why)) return false;
  if (why != reason::none) return push_to_host(a, message, why);
  topic& to = at<topic>(at<arena>(kArenaHeaderAddress)->topics)[message.sequence];
  if (a.outbox_step == 0) {
    const bool is_to_host = ((load(&to.flags) & kTopicToHost) | (message.flags & kFlagRetain)) != 0;
    message.target = message.sequence;
    if (is_to_host && !push_to_host(a, message)) return false;
    finish_step(a);
  }
  const route& way = *at<route>(load(&to.channels));
  while (a.outbox_step <= way.channel_count) {
    if (!may_deliver(a)) return false;
    channel& c = at<channel>(way.channels)[a.outbox_step - 1];
    const u32 count = load(&c.target_count);  // 0: the place is free
    if (count != 0 && !push_to_actor(a, message, *at<actor>(at<u32>(c.targets)[draw_turn(a, c.next, count)])))
      return false;
    finish_step(a);
  }
  detail::fetch_add(&to.published[a.gpu], 1);
  return true;
}

/// False: no room, the actor waits. Which host actor it is for, the host knows by the port.
RING_D inline bool push_to_target(actor& a, header& message, u32 block) {
  if (block != 0) return push_to_actor(a, message, *at<actor>(block));
  message.target = 0;
  return push_to_host(a, message);
}

/// What leaves by a port: to each channel its steps.
RING_NOINLINE RING_D inline bool deliver_to_channels(actor& a, header& message, const route& way) {
  u32 first = 0;  // step of the channel
  for (u32 i = 0; i < way.channel_count; ++i) {
    channel& c = at<channel>(way.channels)[i];
    const u32 end = first + steps_of(c);
    while (a.outbox_step < end) {
      if (!may_deliver(a)) return false;
      if (!push_to_target(a, message, target_of(c, message, a.outbox_step - first))) return false;
      if (c.routing == static_cast<u32>(routing::round_robin)) c.next = c.next + 1 == c.target_count ? 0 : c.next + 1;
      c.sent += 1;
      finish_step(a);
    }
    first = end;
  }
  return true;
}

}  // namespace ring::runtime
