/**
 * The memory protocol of ring kernels, mirrored from kernels/abi/ring_abi.h. All numbers are byte offsets; a test
 * compiles each against the C++ structs.
 */

export const ABI_MAGIC = 0x474e4952;
export const ABI_VERSION = 5;
export const ARENA_HEADER_ADDRESS = 1024;
export const STOP_WORD_ADDRESS = 1088;
/** First address that the allocator hands out. */
export const HEAP_ADDRESS = 4096;

export const HEADER = {
  sequence: 0,
  payloadBytes: 4,
  messageId: 8,
  correlationId: 16,
  traceId: 24,
  hlc: 32,
  deadline: 40,
  typeId: 44,
  source: 48,
  target: 52,
  port: 56,
  flags: 58,
  priority: 60,
  hops: 61,
  reason: 62,
  sizeBytes: 64,
} as const;

export const HOST_ACTOR_ID = 0;
export const REPLY_PORT = 0xffff;
export const SEND_PORT = 0xfffe;
export const TOPIC_PORT = 0xfffd;

/** Messages of this priority and above take the urgent lane. */
export const URGENT_PRIORITY = 192;
/** So many urgent messages in a row, then a normal one if there is any. */
export const URGENT_RUN = 64;

export const FLAG_TOMBSTONE = 1;
export const FLAG_DEAD_LETTER = 2;
export const FLAG_RETAIN = 4;
export const FLAG_PROCESSED = 8;
export const FLAG_DROPPED = 16;
export const FLAG_RECEIPT = 32;
export const FLAG_PASS_ON = 64;

/** GPUs that one runtime can have. */
export const MOST_GPUS = 8;

/** `header.reason`: why a message is a dead letter, or was dropped. */
export const DEVICE_REASONS = [
  'none',
  'unhandled-type',
  'target-failed',
  'target-terminated',
  'too-many-hops',
  'queue-full',
  'expired',
  'dropped-oldest',
  'dropped-newest',
  'cleared',
  'no-such-actor',
  'too-many-topics',
  'actor-failed',
  'invalid-topic',
] as const;
/** Room for them in tables of counters. */
export const REASON_COUNT = 16;

/** What a full inbox does. */
export const OVERFLOW = { block: 0, reject: 1, dropOldest: 2, dropNewest: 3, deadLetter: 4 } as const;

export const RING = {
  capacity: 0,
  mask: 4,
  stride: 8,
  slots: 12,
  owner: 16,
  tail: 128,
  waiters: 132,
  refused: 136,
  evictedTombstones: 140,
  producerWaiting: 160,
  discardBelow: 164,
  discardReason: 168,
  head: 256,
  evicted: 260,
  skipped: 264,
  sizeBytes: 384,
} as const;

export const COMMAND = { none: 0, activate: 1, deactivate: 2, terminate: 3 } as const;
export const ACTOR_STATE = { launched: 0, active: 1, deactivated: 2, terminated: 3, failed: 4 } as const;
export const PHASE = { idle: 0, handling: 1, committing: 2, counting: 3 } as const;

export const HISTOGRAM_BUCKETS = 640;
/** Messages of one batch. */
export const MAX_BATCH = 256;

/** What an actor consumes: `rings`, `cursors` and `settled` of its block hold a word for each. Odd ones are inboxes. */
export const LANE = { host: 0, inbox: 1, hostUrgent: 2, inboxUrgent: 3 } as const;
export const LANE_COUNT = 4;

/** An actor block: control (0), telemetry (128), configuration (256), progress (512). */
export const ACTOR = {
  command: 0,
  acknowledged: 4,
  state: 8,
  heartbeat: 12,
  lastError: 16,

  statsProcessed: 128,
  statsDropped: 136,
  statsTotalLatencyNs: 144,
  statsMaxLatencyNs: 152,
  statsMinLatencyNs: 160,
  statsLastActivityHlc: 168,
  statsErrorCode: 176,
  statsVersion: 180,

  id: 256,
  worker: 260,
  instance: 264,
  rings: 268,
  outRing: 284,
  outbox: 288,
  outboxCapacity: 292,
  outboxStride: 296,
  stateAddress: 300,
  histogram: 304,
  routes: 308,
  routeCount: 312,
  seedLow: 316,
  seedHigh: 320,
  maxHops: 324,
  readyIndex: 328,
  sharedData: 332,
  instances: 336,
  overflow: 340,
  hand: 344,
  handTimes: 348,
  ledger: 352,
  misses: 356,
  supervised: 360,
  blockDim: 364,
  gridDim: 376,
  firstBlock: 388,
  sharedStride: 392,
  sharedBytes: 396,
  gpu: 400,

  phase: 512,
  lane: 516,
  cursors: 520,
  settled: 536,
  outboxHead: 552,
  outboxTail: 556,
  outboxStep: 560,
  claimRing: 564,
  claimPosition: 568,
  claimEntry: 572,
  claimStep: 576,
  waitNext: 580,
  waitingOn: 584,
  budget: 588,
  terminationRequested: 592,
  errorCode: 596,
  urgentRun: 600,
  turns: 604,
  outboxTurn: 608,
  claimSent: 612,
  messageCounter: 640,
  processed: 648,
  dropped: 656,
  sent: 664,
  randomCounter: 672,
  lastHlc: 680,
  droppedByReason: 688,
  sizeBytes: 1024,
} as const;

/** How messages are shared out among the instances of a channel's target. */
export const ROUTING = { roundRobin: 0, keyHash: 1, broadcast: 2 } as const;

export const CHANNEL = {
  targets: 0,
  targetCount: 4,
  next: 8,
  routing: 12,
  sent: 16,
  keyOffset: 24,
  keyBytes: 28,
  sizeBytes: 32,
} as const;
/** `keyBytes` of a `ring::text`: the bytes that it holds count. */
export const KEY_IS_TEXT = 0xffff_ffff;

export const GROUP = { hash: 0, targets: 8, targetCount: 12, next: 16, sizeBytes: 32 } as const;
export const TOPIC = { hash: 0, channels: 8, flags: 12, published: 16, sizeBytes: 80 } as const;
/** The host gets what is published there. */
export const TOPIC_TO_HOST = 1;

/** An actor or a topic that a handler named and that was not in its table. */
export const MISS = { hash: 0, answer: 8, bytes: 12, kind: 14, isWanted: 15, text: 16, sizeBytes: 256 } as const;
export const MISS_KIND = { actor: 0, topic: 1 } as const;
export const MISS_COUNT = 16;
/** Of a name that the host is asked for. */
export const MAX_NAME_BYTES = 240;
/** `asked`: high 24 bits `number`, low 8 bits how many entries there are; 0 while the actor does not wait for answers. */
export const MISSES = { asked: 0, count: 4, number: 8, entries: 16, sizeBytes: 16 + 16 * 256 } as const;
/** Low 3 bits of an answer; the rest is an index of the table, or the refusal's number. */
export const MISS_ANSWER = { none: 0, index: 1, tooManyTopics: 2, invalidTopic: 3, noSuchActor: 4 } as const;
/** Of what a handler named: the rest is an index of the actor's list of misses, not of the table. */
export const MISSED = 0x8000_0000;

export const LEDGER_RECORD = {
  messageId: 0,
  traceId: 8,
  typeId: 16,
  peer: 20,
  outcome: 24,
  lane: 25,
  reason: 26,
  position: 28,
  sizeBytes: 32,
} as const;

export const DELIVERY_OUTCOME = {
  sent: 1,
  processed: 2,
  dropped: 3,
  deadLetter: 4,
  sentDropped: 5,
  sentDeadLetter: 6,
  evicted: 7,
} as const;

export const LEDGER = { capacity: 0, records: 4, tail: 128, waiting: 132, head: 256, sizeBytes: 384 } as const;

export const ROUTE = { channels: 0, channelCount: 4, sizeBytes: 8 } as const;

export const WORKER = {
  doorbell: 0,
  sleeping: 4,
  mail: 32,
  park: 36,
  current: 128,
  dispatch: 132,
  slot: 136,
  parked: 140,
  clock: 144,
  mailRead: 152,
  grid: 156,
  fiberMemory: 160,
  fiberBytes: 164,
  fiberStackBytes: 168,
  signals: 172,
  stopDispatch: 256,
  ready: 260,
  readyWords: 264,
  index: 268,
  stackLow: 272,
  stackHigh: 276,
  printsSeen: 280,
  report: 284,
  sizeBytes: 384,
} as const;

/** `ring::simt::launch` of kernels/cpu/ring_threads.h. */
export const LAUNCH = {
  entry: 0,
  argument: 4,
  gridDim: 8,
  blockDim: 20,
  firstBlock: 32,
  blockCount: 36,
  worker: 40,
  shared: 44,
  sharedStride: 48,
  instance: 52,
  instances: 56,
  sizeBytes: 60,
} as const;

export const BUFFER_SLOTS = 2 ** 20;
export const BUFFER_MARKS = 64;

/** An entry of the table of buffers. */
export const BUFFER = {
  generation: 0,
  elementType: 4,
  elementBytes: 8,
  length: 12,
  data: 16,
  markShift: 20,
  marks: 64,
  sizeBytes: 128,
} as const;

/** Relative to ARENA_HEADER_ADDRESS. */
export const ARENA = {
  magic: 0,
  version: 4,
  bytes: 8,
  actors: 12,
  actorLimit: 16,
  hostReady: 20,
  hostReadyWords: 24,
  groups: 28,
  groupLimit: 32,
  topics: 36,
  topicLimit: 40,
  buffers: 44,
  bufferLimit: 48,
  stop: 64,
  hostDoorbell: 128,
  hostSleeping: 160,
  sizeBytes: 192,
} as const;
