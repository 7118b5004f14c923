/**
 * The memory protocol of ring kernels, mirrored from kernels/abi/ring_abi.h. All numbers are byte offsets; a test
 * compiles each against the C++ structs.
 */

export const ABI_MAGIC = 0x474e4952;
export const ABI_VERSION = 1;
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
export const FLAG_TOMBSTONE = 1;
export const FLAG_DEAD_LETTER = 2;

/** `header.reason` of a dead letter that a device made. */
export const DEVICE_REASONS = [
  'none',
  'unhandled-type',
  'target-failed',
  'target-terminated',
  'too-many-hops',
  'queue-full',
] as const;

export const RING = {
  capacity: 0,
  mask: 4,
  stride: 8,
  slots: 12,
  owner: 16,
  tail: 128,
  waiters: 132,
  producerWaiting: 136,
  discardBelow: 140,
  head: 256,
  skipped: 260,
  sizeBytes: 384,
} as const;

export const COMMAND = { none: 0, activate: 1, deactivate: 2, terminate: 3 } as const;
export const ACTOR_STATE = { launched: 0, active: 1, deactivated: 2, terminated: 3, failed: 4 } as const;
export const PHASE = { idle: 0, handling: 1, committing: 2, counting: 3 } as const;

export const HISTOGRAM_BUCKETS = 640;

/** An actor block: control (0), telemetry (128), configuration (256), progress (384). */
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
  blockIndex: 264,
  hostRing: 268,
  inbox: 272,
  outRing: 276,
  outbox: 280,
  outboxCapacity: 284,
  outboxStride: 288,
  stateAddress: 292,
  histogram: 296,
  routes: 300,
  routeCount: 304,
  seedLow: 308,
  seedHigh: 312,
  maxHops: 316,
  readyIndex: 320,
  sharedData: 324,
  blockCount: 328,
  rejectsWhenFull: 332,

  phase: 384,
  lane: 388,
  hostCursor: 392,
  inboxCursor: 396,
  outboxHead: 400,
  outboxTail: 404,
  outboxChannel: 408,
  claimRing: 412,
  claimPosition: 416,
  waitNext: 420,
  waitingOn: 424,
  budget: 428,
  terminationRequested: 432,
  errorCode: 436,
  settledHost: 440,
  settledInbox: 444,
  messageCounter: 448,
  processed: 456,
  dropped: 464,
  sent: 472,
  randomCounter: 480,
  lastHlc: 488,
  claimEntry: 496,
  claimChannel: 500,
  sizeBytes: 512,
} as const;

export const CHANNEL = { targets: 0, targetCount: 4, next: 8, sent: 16, sizeBytes: 32 } as const;
export const ROUTE = { channels: 0, channelCount: 4, sizeBytes: 8 } as const;

export const WORKER = {
  doorbell: 0,
  sleeping: 4,
  mail: 8,
  park: 12,
  current: 128,
  dispatch: 132,
  slot: 136,
  parked: 140,
  clock: 144,
  mailRead: 152,
  stopDispatch: 256,
  ready: 260,
  readyWords: 264,
  index: 268,
  stackLow: 272,
  stackHigh: 276,
  printsSeen: 280,
  sizeBytes: 384,
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
  stop: 64,
  hostDoorbell: 128,
  hostSleeping: 132,
  sizeBytes: 192,
} as const;
