import { studio } from '../../bridge/client.ts';
import { GpuHistory } from './gpu-history.ts';

/** The GPUs of the host's machine. */
export const gpus = new GpuHistory((onReading) =>
  studio.gpuFigures.subscribe(undefined, {
    onData: onReading,
    onError: () => undefined, // the connection's own message says why
  }),
);
