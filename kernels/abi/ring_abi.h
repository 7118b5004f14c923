// The memory protocol of ring kernels: every byte that host and device share.
//
// Compiles in three environments: C++17 for the CPU device (Clang, wasm32), CUDA C++ (nvcc, NVRTC) and plain C++ on the
// host. Needs nothing but its own headers. app/abi/ mirrors these layouts for TypeScript; a test compares the two.
//
// Addresses are 32-bit offsets into the arena, whatever the device, so that one description serves both sides.
#pragma once

#include "ring_abi_names.h"
#include "ring_abi_types.h"

namespace ring::abi {

inline constexpr u32 kMagic = 0x474e4952;  // "RING"
inline constexpr u32 kVersion = 5;

/// Nothing lives below: a null pointer plus a small offset never meets protocol memory.
inline constexpr u32 kArenaHeaderAddress = 1024;
/// Non-zero while the host asks some worker to stop a runaway handler. Read at every loop back-edge.
inline constexpr u32 kStopWordAddress = 1088;

/// A message as it lies in every ring and outbox slot; the payload follows.
struct alignas(16) header {
  u32 sequence;  ///< position + 1 once published: the slot's own publication word. In an outbox: what kSendPort and
                 ///< kTopicPort name, an index of the group or topic table, or kMissed and one of the list of misses
  u32 payload_bytes;
  u64 message_id;      ///< source actor (20 bits) and its counter (44 bits)
  u64 correlation_id;  ///< the request's message id in a reply, else 0
  u64 trace_id;
  u64 hlc;       ///< hybrid logical clock: 42 bits of Unix ms, 22 bits of fraction and logical ticks
  u32 deadline;  ///< Unix ms modulo 2^32, compared by difference; 0: none
  u32 type_id;
  u32 source;  ///< actor id; 0 is the host
  u32 target;
  u16 port;  ///< output port's index, kReplyPort, kSendPort or kTopicPort
  u16 flags;
  u8 priority;
  u8 hops;
  u16 reason;  ///< why, where flags say that this is a dead letter
};
static_assert(sizeof(header) == 64, "a header is one 64-byte line");

inline constexpr u16 kReplyPort = 0xffff;
inline constexpr u16 kSendPort = 0xfffe;   ///< ctx.send
inline constexpr u16 kTopicPort = 0xfffd;  ///< ctx.publish; on the way to the host `target` is the topic's index

/// Messages of this priority and above take the urgent lane.
inline constexpr u8 kUrgentPriority = 192;
/// So many urgent messages in a row, then a normal one if there is any.
inline constexpr u32 kUrgentRun = 64;

inline constexpr u16 kFlagTombstone = 1;   ///< claimed by a worker that died: no message, skip it
inline constexpr u16 kFlagDeadLetter = 2;  ///< for the host's dead letters; `reason` says why
inline constexpr u16 kFlagRetain = 4;  ///< published: the topic's latest value, kept by the host for later subscribers
/// What became of a consumed message, in its slot until that is used again: `kFlagProcessed`, or `kFlagDropped` or
/// `kFlagDeadLetter` and the reason. The host reads it in its own rings; `kFlagProcessed` is set where it asks for it.
inline constexpr u16 kFlagProcessed = 8;
inline constexpr u16 kFlagDropped = 16;
inline constexpr u16 kFlagReceipt = 32;  ///< the host wants to know what becomes of it
inline constexpr u16 kFlagPassOn = 64;   ///< on the way to the host, for `target`, which another GPU runs

enum class reason : u16 {
  none = 0,
  unhandled_type = 1,
  target_failed = 2,
  target_terminated = 3,
  too_many_hops = 4,
  queue_full = 5,
  expired = 6,         ///< its deadline had passed
  dropped_oldest = 7,  ///< a newer one took its place in a full queue
  dropped_newest = 8,  ///< it found the queue full
  cleared = 9,
  no_such_actor = 10,
  too_many_topics = 11,
  actor_failed = 12,  ///< its handler failed; counted by the host when the actor starts again
  invalid_topic = 13
};
inline constexpr u32 kReasons = 16;  ///< room for them in tables of counters

enum class overflow : u32 { block = 0, reject = 1, drop_oldest = 2, drop_newest = 3, dead_letter = 4 };

/// Bounded ring of slots. Host→actor: one producer, which publishes by `tail`. All others: many producers, which claim
/// by a compare-and-swap on `tail` and publish each slot by its own sequence. One consumer, which stores `head`. A
/// GPU's atomic on host memory may write back the 32 bytes around its word: what the host alone writes has others.
struct alignas(128) ring {
  u32 capacity;  ///< power of two
  u32 mask;
  u32 stride;  ///< bytes of a slot, a multiple of 64
  u32 slots;   ///< address of slot 0
  u32 owner;   ///< actor id of the consumer, 0 for the host
  u32 info_reserved[27];

  u32 tail;                ///< monotonic; claimed (many producers) or published (one producer)
  u32 waiters;             ///< address of the first actor blocked on this ring, 0 when none
  u32 refused;             ///< messages that found the ring full and were dropped: dropNewest. Added up by producers
  u32 evicted_tombstones;  ///< of `evicted`, no messages
  u32 producer_reserved[4];
  u32 producer_waiting;  ///< the host waits for room
  u32 discard_below;     ///< by the host: the consumer drops what lies below and it has not taken yet
  u32 discard_reason;    ///< why; 0: there is nothing to drop, whatever discard_below says
  u32 host_reserved[21];

  u32 head;     ///< monotonic; what lies below is free
  u32 evicted;  ///< of these, dropped by producers (dropOldest of an inbox), which move head and evicted as one u64
  u32 skipped;  ///< tombstones met
  u32 consumer_reserved[29];
};
static_assert(sizeof(ring) == 384, "info, producer and consumer each own a 128-byte line");
static_assert(__builtin_offsetof(ring, producer_waiting) == 160, "the host's words own a sector of 32 bytes");

enum class command : u32 { none = 0, activate = 1, deactivate = 2, terminate = 3 };
enum class state : u32 { launched = 0, active = 1, deactivated = 2, terminated = 3, failed = 4 };

/// Written word by word, never whole: `command` by the host, the rest by the device.
struct alignas(128) control {
  u32 command;       ///< low 8 bits: what; high 24 bits: a running number
  u32 acknowledged;  ///< the last command that took effect
  u32 state;
  u32 heartbeat;   ///< drains so far
  u32 last_error;  ///< code of ctx.report_error, 0 when none
  u32 reserved[27];
};
static_assert(sizeof(control) == 128, "a control block is one 128-byte line");

/// A consistent snapshot, published once per drained batch under `version` (odd while it is being written).
struct alignas(64) telemetry {
  u64 processed;
  u64 dropped;           ///< consumed without being processed; each is a dead letter with its reason
  u64 total_latency_ns;  ///< from acceptance by the sender's side to the end of the batch that held the message
  u64 max_latency_ns;
  u64 min_latency_ns;  ///< all ones until the first message
  u64 last_activity_hlc;
  u32 error_code;
  u32 version;
  u64 reserved;
};
static_assert(sizeof(telemetry) == 64, "telemetry is one 64-byte line");

/// Latency histogram: 16 steps an octave, values in ns. Below 16 ns exact; the last bucket takes the rest.
inline constexpr u32 kHistogramBuckets = 640;
/// Messages of one batch.
inline constexpr u32 kMaxBatch = 256;

/// Where the handler is, so that whoever finds a dead worker knows what became of the message.
enum class phase : u32 { idle = 0, handling = 1, committing = 2, counting = 3 };

/// What an actor consumes: two lanes from the host and two from other actors.
enum class lane : u32 { host = 0, inbox = 1, host_urgent = 2, inbox_urgent = 3 };
inline constexpr u32 kLanes = 4;

/// Everything about one actor. The host writes `config` before activation, the worker that runs the actor the rest.
struct alignas(128) actor {
  control ctl;

  telemetry stats;
  u64 stats_reserved[8];

  // config
  u32 id;
  u32 worker;         ///< address of the worker block
  u32 instance;       ///< index among the instances of its name
  u32 rings[kLanes];  ///< what it consumes, by lane
  u32 out_ring;
  u32 outbox;
  u32 outbox_capacity;
  u32 outbox_stride;
  u32 state_address;
  u32 histogram;
  u32 routes;  ///< address of one `route` per output port
  u32 route_count;
  u32 seed_low;
  u32 seed_high;
  u32 max_hops;
  u32 ready_index;    ///< bit in the worker's ready bitmap
  u32 shared_data;    ///< address of the first block's __shared__ data
  u32 instances;      ///< of its name
  u32 overflow;       ///< policy of its inboxes
  u32 hand;           ///< dropOldest: a slot for the inbox message in hand, whose own slot may be used again; else 0
  u32 hand_times;     ///< dropOldest: HLC times of the batch's inbox messages, kMaxBatch u64 for each inbox
  u32 ledger;         ///< address of the actor's ledger, 0 when nobody keeps one
  u32 misses;         ///< address of its list of names that the host is asked for
  u32 supervised;     ///< it is started again when it fails: senders queue for it until then
  u32 block_dim[3];   ///< threads of a block
  u32 grid_dim[3];    ///< blocks of this instance: gridDim.x is grid_dim[0] * instances
  u32 first_block;    ///< instance * blocks of an instance: the index of its first block among those of all instances
  u32 shared_stride;  ///< bytes from one block's __shared__ data to the next one's
  u32 shared_bytes;   ///< of it dynamic (extern __shared__), at its end
  u32 gpu;            ///< which of the device's GPUs runs it; 0 where it has none
  u32 config_reserved[27];

  // progress, written by the worker
  u32 phase;
  u32 lane;             ///< of the message in hand
  u32 cursors[kLanes];  ///< messages of each lane done with: the next one's position, but in dropOldest inboxes
  u32 settled[kLanes];  ///< up to here the lane's latencies are in the histogram
  u32 outbox_head;
  u32 outbox_tail;
  u32 outbox_step;  ///< next delivery (channel by channel, target by target) of the entry at outbox_head
  u32 claim_ring;   ///< ring in which a slot was last claimed, 0 between two flushes
  u32 claim_position;
  u32 claim_entry;  ///< outbox_head and outbox_step at the time of the claim: equal while it is not noted as sent
  u32 claim_step;
  u32 wait_next;
  u32 waiting_on;  ///< ring whose list of waiters holds this actor, else 0
  u32 budget;      ///< messages of the next batch
  u32 termination_requested;
  u32 error_code;
  u32 urgent_run;   ///< urgent messages since the last normal one
  u32 turns;        ///< 1: the last normal message was another actor's; 2: the last urgent one
  u32 outbox_turn;  ///< whose turn it is in this step, + 1; 0 while it is not drawn
  u32 claim_sent;   ///< low word of `sent` at the time of the claim
  u32 progress_reserved[6];
  u64 message_counter;
  u64 processed;
  u64 dropped;  ///< consumed without being processed, for whatever reason
  u64 sent;     ///< messages committed to rings
  u64 random_counter;
  u64 last_hlc;
  u64 dropped_by_reason[kReasons];  ///< their sum is `dropped`
  u64 progress_reserved2[26];
};
static_assert(sizeof(actor) == 1024, "an actor block is eight 128-byte lines");

/// How messages are shared out among the instances of a channel's target.
enum class routing : u32 { round_robin = 0, key_hash = 1, broadcast = 2 };

/// One consumer group of an output port.
struct alignas(16) channel {
  u32 targets;  ///< address of `target_count` actor addresses
  u32 target_count;
  u32 next;  ///< round robin
  u32 routing;
  u64 sent;
  u32 key_offset;  ///< keyHash: instance = FNV-1a of these bytes of the payload, modulo target_count
  u32 key_bytes;   ///< of a ring::text: kKeyIsText, the bytes that it holds count
};
static_assert(sizeof(channel) == 32, "");
inline constexpr u32 kKeyIsText = 0xffffffff;

/// What became of a delivery, for an exact account of every message; only where the host keeps a ledger. One producer,
/// the actor's worker, which handles nothing while there is no room.
struct alignas(16) ledger_record {
  u64 message_id;
  u64 trace_id;
  u32 type_id;
  u32 peer;  ///< who gets it, or was to get it: an actor id, 0 for the host
  u8 outcome;
  u8 lane;  ///< consumed: which of the actor's rings the message lay in
  u16 reason;
  u32 position;  ///< consumed: where in that ring; sent: where in the receiver's
};
static_assert(sizeof(ledger_record) == 32, "");

/// `sent…`: the worker's actor is the sender. The others end a delivery to it, but for `evicted`.
enum class delivery_outcome : u8 {
  sent = 1,  ///< the delivery begins
  processed = 2,
  dropped = 3,           ///< consumed without being processed (reason)
  dead_letter = 4,       ///< consumed, and made a dead letter (reason)
  sent_dropped = 5,      ///< begins and ends: it never reached its receiver (reason)
  sent_dead_letter = 6,  ///< begins and ends: a dead letter instead (reason)
  evicted = 7            ///< ends in the receiver's queue, where a newer one has taken its place
};

struct alignas(128) ledger {
  u32 capacity;  ///< power of two
  u32 records;   ///< address
  u32 info_reserved[30];
  u32 tail;     ///< written by the worker
  u32 waiting;  ///< the actor rests until there is room; written by the worker, taken back by the host
  u32 producer_reserved[30];
  u32 head;  ///< written by the host
  u32 consumer_reserved[31];
};
static_assert(sizeof(ledger) == 384, "info, producer and consumer each own a 128-byte line");

struct route {
  u32 channels;       ///< address of `channel_count` channels
  u32 channel_count;  ///< 0: the port leaves the topology
};
static_assert(sizeof(route) == 8, "");

/// One worker thread ("SM") of the CPU device; on CUDA, where an actor has blocks to itself, what runs that one actor.
struct alignas(128) worker {
  // written by anyone; on CUDA the doorbell by actors of the same GPU that have sent the actor something
  u32 doorbell;
  u32 sleeping;
  u32 anyone_reserved[6];

  // written by the host: not within the 32 bytes of the doorbell
  u32 mail;  ///< messages that the host has posted to the thread; on CUDA: how often it has written something for the
             ///< actor
  u32 park;  ///< the host asks the thread to stay between two batches
  u32 mail_reserved[22];

  // written by the thread
  u32 current;   ///< address of the actor in a drain, else 0
  u32 dispatch;  ///< odd while a handler runs
  u32 slot;      ///< address of the message in hand
  u32 parked;  ///< the value of `park` that was followed; on CUDA kHasLeft (ring_abi_cuda.h) where the actor has ended
  u64 clock;   ///< HLC time of the last clock reading
  u32 mail_read, grid;  ///< grid: number of the launch of which a block runs, else 0
  u32 fiber_memory;     ///< address of what the threads of its blocks live in
  u32 fiber_bytes;      ///< 0 while there is none
  u32 fiber_stack_bytes;
  u32 signals;  ///< CUDA: how often the actor had something for the host, who keeps count; else it has bits for that
  u32 thread_reserved[20];

  // written by the host
  u32 stop_dispatch;  ///< the dispatch to stop, 0 when none
  u32 ready;          ///< address of the ready bitmap
  u32 ready_words;
  u32 index;
  u32 stack_low;
  u32 stack_high;
  u32 prints_seen;  ///< lines of printf that the host has taken
  u32 report;       ///< CUDA: address of what its actor says besides messages (ring_abi_cuda.h), 0: nowhere
  u32 host_reserved[24];
};
static_assert(sizeof(worker) == 384, "each writer owns a 128-byte line");
static_assert(__builtin_offsetof(worker, mail) == 32 && __builtin_offsetof(worker, park) == 36,
              "one look at eight bytes shows both");

/// A buffer's id in JSON and on the host: generation * kBufferSlots + slot, a number that a double holds exactly.
inline constexpr u32 kBufferSlots = 1 << 20;
/// Marks of what handlers have written: one a byte, so that a mark is a plain store, on CUDA across PCIe too.
inline constexpr u32 kBufferMarks = 64;

/// An entry of the table of buffers. A handle is a slot of the table and a generation, which the slot must still have.
struct alignas(128) buffer {
  // written by the host
  u32 generation;    ///< of the buffer that is here; 0 when there is none. Never twice the same in one slot
  u32 element_type;  ///< of a scalar its number in ring_buffer.cuh, of a struct its type id
  u32 element_bytes;
  u32 length;      ///< elements
  u32 data;        ///< address of element 0
  u32 mark_shift;  ///< one mark stands for 1 << mark_shift bytes
  u32 host_reserved[10];

  // written by handlers, cleared by the host
  u8 marks[kBufferMarks];  ///< 1 where something may have been written
};
static_assert(sizeof(buffer) == 128, "an entry is two 64-byte lines, one for each writer");

/// At kArenaHeaderAddress.
struct alignas(64) arena {
  u32 magic;
  u32 version;
  u32 bytes;
  u32 actors;  ///< address of the directory: actor id → address of its block, 0 when there is none
  u32 actor_limit;
  u32 host_ready;  ///< bitmap by actor id: something for the host to look at
  u32 host_ready_words;
  u32 groups;  ///< table of `group_limit` entries, a power of two
  u32 group_limit;
  u32 topics;  ///< table of `topic_limit` entries, a power of two
  u32 topic_limit;
  u32 buffers;  ///< address of the table of buffers, 0 until there is one
  u32 buffer_limit;
  u32 reserved[3];

  u32 stop;
  u32 stop_reserved[15];

  u32 host_doorbell;
  u32 doorbell_reserved[7];
  u32 host_sleeping;  ///< written by the host: not within the 32 bytes of the doorbell
  u32 sleeping_reserved[7];
};
static_assert(sizeof(arena) == 192, "");
static_assert(kArenaHeaderAddress + 64 == kStopWordAddress, "the stop word owns the header's second line");

}  // namespace ring::abi
