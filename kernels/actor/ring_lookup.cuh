// Finding actors and topics by the hashes of their names. The host writes both tables while workers read them: an
// entry's hash last when it comes, and entries never move. What is not there goes onto the actor's list of misses; when
// something was sent to it the actor waits, before its outbox goes on, until the host has answered (ring_delivery.cuh).
//
// Compiles in three environments: the CPU device (Clang, wasm32), nvcc and NVRTC.
#pragma once

#include "ring_runtime.cuh"

namespace ring::detail {

using namespace abi;

/// Index of the entry with the hash; kNobody when there is none. `T` begins with its hash.
template <class T>
RING_D inline u32 find_entry(u32 table, u32 limit, u64 hash) {
  const T* entries = at<T>(table);
  u32 index = static_cast<u32>(hash) & (limit - 1);
  for (u32 probe = 0; probe < limit; ++probe, index = (index + 1) & (limit - 1)) {
    const u64 found = load(&entries[index].hash);
    if (found == hash) return index;
    if (found == 0) break;
  }
  return kNobody;
}

/// Place in the list of misses; kNobody when that is full. The caller has locked the block.
RING_D inline u32 note_miss(actor& from, u64 hash, miss_kind kind, const text_span& name) {
  misses& list = *at<misses>(from.misses);
  bool is_any_wanted = false;
  for (u32 i = 0; i < list.count; ++i) {
    const miss& known = list.entries[i];
    if (known.hash == hash && known.kind == static_cast<u8>(kind)) return kMissed | i;
    is_any_wanted = is_any_wanted || known.is_wanted != 0;
  }
  if (list.count == kMisses && !is_any_wanted) list.count = 0;  // asked for, and nothing sent to them
  if (list.count == kMisses) return kNobody;
  miss& added = list.entries[list.count];
  added.hash = hash;
  added.answer = 0;
  added.kind = static_cast<u8>(kind);
  added.is_wanted = 0;
  added.bytes = static_cast<u16>(name.size < kMaxNameBytes ? name.size : kMaxNameBytes);  // cut: the host sees that
  __builtin_memcpy(added.text, name.text, added.bytes);
  return kMissed | list.count++;
}

/// Something is sent there.
RING_D inline u32 want(actor& from, u32 missed) {
  at<misses>(from.misses)->entries[missed & ~kMissed].is_wanted = 1;
  return missed;
}

RING_D u32 find_actor(actor& from, u64 hash, const text_span& name) {
  const arena& shared = *at<arena>(kArenaHeaderAddress);
  const u32 index = find_entry<group>(shared.groups, shared.group_limit, hash);
  if (index != kNobody && load(&at<group>(shared.groups)[index].target_count) != 0) return index;
  const block_lock lock;
  return note_miss(from, hash, miss_kind::actor, name);
}

RING_D u32 find_actor_again(actor& from, u64 hash, u32 index) {
  const arena& shared = *at<arena>(kArenaHeaderAddress);
  // One that was removed since has its name there still.
  if (index < shared.group_limit && load(&at<group>(shared.groups)[index].hash) == hash) return index;
  const u32 found = find_entry<group>(shared.groups, shared.group_limit, hash);
  if (found != kNobody) return found;
  const block_lock lock;
  const misses& list = *at<misses>(from.misses);
  for (u32 i = 0; i < list.count; ++i)
    if (list.entries[i].hash == hash && list.entries[i].kind == static_cast<u8>(miss_kind::actor))
      return want(from, kMissed | i);
  return kNobody;
}

RING_D u32 find_topic(actor& from, const text_span& name) {
  const arena& shared = *at<arena>(kArenaHeaderAddress);
  const u64 hash = hash_name(name);
  const u32 index = find_entry<topic>(shared.topics, shared.topic_limit, hash);
  if (index != kNobody) return index;
  const block_lock lock;
  const u32 missed = note_miss(from, hash, miss_kind::topic, name);
  if (missed == kNobody) fail(failure::too_many_topics);
  return want(from, missed);
}

}  // namespace ring::detail
