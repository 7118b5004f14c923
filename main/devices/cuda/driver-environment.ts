import type { OpenedContext } from '../../../native/bindings/cuda-answers.ts';
import { StudioError } from '../../../app/base/studio-error.ts';

// Variables that the driver reads when it is opened, or its tools.

const CONNECTIONS = 'CUDA_DEVICE_MAX_CONNECTIONS';
const BLOCKING = 'CUDA_LAUNCH_BLOCKING';
const LOADING = 'CUDA_MODULE_LOADING';
/** The most that a driver has. */
const MOST_CONNECTIONS = 32;
/** Somebody who asks for fewer means other programs: copies and launches queue behind what stays on the GPU. */
const FEWEST_CONNECTIONS = 8;

interface DriverEnvironment {
  /** The work queues that the driver is asked for. */
  readonly connections: number;
  /** What was not left as it was found, in sentences. */
  readonly changes: readonly string[];
}

/** Sets what the driver needs beside kernels that stay, and takes away what it must not see. Before anything of CUDA is opened. */
export function prepareDriverEnvironment(env: NodeJS.ProcessEnv): DriverEnvironment {
  const changes = hindrancesIn(env);
  // With lazy loading the first launch of a kernel waits for an idle device, which beside a resident one is never.
  env[LOADING] = 'EAGER';
  Reflect.deleteProperty(env, BLOCKING);
  const connections = wantedConnections(env) ?? MOST_CONNECTIONS;
  env[CONNECTIONS] = connections.toString();
  return { connections, changes };
}

/**
 * A worker thread's environment is a copy, which the driver does not see.
 *
 * @throws StudioError `WrongThread` where the driver would need another one than there is
 */
export function checkThread(env: NodeJS.ProcessEnv, isMainThread: boolean): void {
  const isRight = wantedConnections(env) !== undefined && env[LOADING] === 'EAGER' && hindrancesIn(env).length === 0;
  if (isMainThread || isRight) return;
  const message = 'the CUDA device is opened on a worker thread, where the environment of the driver cannot be set.';
  throw new StudioError('WrongThread', message, {
    tip: `Open it on the main thread, or start the program with ${LOADING}=EAGER and ${CONNECTIONS}=${MOST_CONNECTIONS.toString()}.`,
  });
}

/** What of the environment would hinder actors, and what the CUDA device does about it. */
export function hindrancesIn(env: NodeJS.ProcessEnv): readonly string[] {
  const connections = env[CONNECTIONS] ?? '';
  const blocking = env[BLOCKING] ?? '';
  return [
    ...(connections === '' || wantedConnections(env) !== undefined
      ? []
      : [
          `${CONNECTIONS} is '${connections}', with which copies and launches wait for actors that stay on the GPU: ` +
            `the CUDA device takes ${MOST_CONNECTIONS.toString()} instead; 8 and more are kept`,
        ]),
    ...(blocking === '' || blocking === '0'
      ? []
      : [
          `${BLOCKING} is set, with which every launch waits for its end, which actors do not have: the CUDA device ignores it`,
        ]),
  ];
}

/** What tools of NVIDIA's do in this process that is not for kernels that stay. The CUDA device leaves it alone. */
export function toolsIn(env: NodeJS.ProcessEnv): readonly string[] {
  const isSet = (name: string): boolean => !['', '0', undefined].includes(env[name]);
  return [
    ...(isSet('CUDA_ENABLE_COREDUMP_ON_EXCEPTION')
      ? [
          'CUDA_ENABLE_COREDUMP_ON_EXCEPTION is set: after a fault the GPU is written to a file first, for minutes, and the run hangs so long',
        ]
      : []),
    ...(isSet('CUDA_INJECTION64_PATH')
      ? [
          'CUDA_INJECTION64_PATH is set: a tool is loaded into the driver, and profilers wait for every kernel to end, which actors do not',
        ]
      : []),
  ];
}

/** @throws StudioError `LazyModuleLoading` where the driver does not do what the environment says */
export function checkModuleLoading({ moduleLoading, device }: Pick<OpenedContext, 'moduleLoading' | 'device'>): void {
  if (moduleLoading !== 'LAZY') return;
  throw new StudioError(
    'LazyModuleLoading',
    `${device.name}: the driver loads code at the first launch of a kernel, which waits for ever beside actors that stay.`,
    {
      tip: `Something in this process has opened CUDA before: start the program with ${LOADING}=EAGER in its environment.`,
    },
  );
}

/** Undefined where there are to be others than the environment says, or where it says none. */
function wantedConnections(env: NodeJS.ProcessEnv): number | undefined {
  const count = Number(env[CONNECTIONS] ?? '');
  if (!Number.isInteger(count) || count < FEWEST_CONNECTIONS) return undefined;
  return Math.min(count, MOST_CONNECTIONS);
}
