/**
 * Which side holds what a buffer is. `dirty` names the side that is ahead of the other; the ranges in which it is are
 * kept beside the state. The names are those of DotCompute's UnifiedBuffer.
 */
export type BufferState =
  /** Nobody has written yet. */
  'uninitialized' | 'host-only' | 'device-only' | 'synchronized' | 'host-dirty' | 'device-dirty';

export type BufferMove =
  | 'host-write'
  /** Found by the marks that a handler has left. */
  | 'device-write'
  /** What the host has goes to the device. */
  | 'upload'
  /** What the device has goes to the host. */
  | 'download'
  /** What the host has does not count any more. */
  | 'drop-host'
  | 'drop-device';

type Moves = Readonly<Partial<Record<BufferMove, BufferState>>>;

/** The one table of moves; what it leaves out is illegal. */
export const BUFFER_MOVES: Readonly<Record<BufferState, Moves>> = {
  uninitialized: { 'host-write': 'host-only', 'device-write': 'device-only' },
  'host-only': {
    'host-write': 'host-only',
    upload: 'synchronized',
    'drop-host': 'uninitialized',
    'drop-device': 'host-only',
  },
  'device-only': {
    'device-write': 'device-only',
    download: 'synchronized',
    'drop-host': 'device-only',
    'drop-device': 'uninitialized',
  },
  synchronized: {
    'host-write': 'host-dirty',
    'device-write': 'device-dirty',
    upload: 'synchronized',
    download: 'synchronized',
    'drop-host': 'device-only',
    'drop-device': 'host-only',
  },
  'host-dirty': {
    'host-write': 'host-dirty',
    upload: 'synchronized',
    'drop-host': 'device-only',
    'drop-device': 'host-only',
  },
  'device-dirty': {
    'device-write': 'device-dirty',
    download: 'synchronized',
    'drop-host': 'device-only',
    'drop-device': 'host-only',
  },
};

/** Undefined when the move is illegal in that state. */
export function nextBufferState(state: BufferState, move: BufferMove): BufferState | undefined {
  return BUFFER_MOVES[state][move];
}
