import type { ProjectHost, StudioHost } from '../../app/contract/studio-host.ts';

/** A connection that may be slower than what it is sent. */
export interface Connection {
  /** Bytes that wait to be sent. */
  readonly bufferedAmount: number;
}

const HIGH_BYTES = 1_048_576;
const LOOK_AGAIN_MS = 25;

/**
 * The host as one connection sees it: its streams give nothing more while the connection is behind. They hold the latest
 * then, so that a slow window skips frames instead of getting them late.
 */
export function pacedHost(host: StudioHost, connection: Connection): StudioHost {
  const paced = new Proxy(host, {
    get: (target, key) => {
      switch (key) {
        case 'project':
          return async (id: string) => pacedProject(await target.project(id), connection);
        case 'gpuFigures':
          return (signal: AbortSignal) => inPace(target.gpuFigures(signal), connection, signal);
        default:
          return bound(target, key);
      }
    },
  });
  return paced;
}

function pacedProject(project: ProjectHost, connection: Connection): ProjectHost {
  return new Proxy(project, {
    get: (target, key) => {
      switch (key) {
        case 'events':
          return (lastEventId: string | undefined, signal: AbortSignal) =>
            inPace(target.events(lastEventId, signal), connection, signal);
        case 'telemetry':
          return (hz: number, signal: AbortSignal) => inPace(target.telemetry(hz, signal), connection, signal);
        case 'outputs':
          return (signal: AbortSignal) => inPace(target.outputs(signal), connection, signal);
        default:
          return bound(target, key);
      }
    },
  });
}

async function* inPace<T>(
  items: AsyncIterable<T>,
  connection: Connection,
  signal: AbortSignal,
): AsyncGenerator<T, void> {
  for await (const item of items) {
    yield item;
    while (connection.bufferedAmount > HIGH_BYTES && !signal.aborted) {
      await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS));
    }
  }
}

function bound(target: object, key: string | symbol): unknown {
  const value: unknown = Reflect.get(target, key, target);
  return typeof value === 'function' ? (value.bind(target) as unknown) : value;
}
