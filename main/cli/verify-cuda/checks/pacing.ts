import type { PacingMode } from '../../../devices/cuda/pacing.ts';
import type { Check } from '../check.ts';
import type { Scene } from '../scene.ts';
import { openEcho, requireNoLoss, throughEcho } from './flows.ts';

const GROUP = 'pacing';
const VARIABLE = 'RINGSTUDIO_CUDA_PACING';
const FOR_MS = 5000;

export const pacingChecks: readonly Check[] = [
  {
    name: 'slices',
    title: 'actors that live in slices, as beside a display’s watchdog, have each message once and in order',
    advice:
      'Messages are lost where a display hangs on the GPU: use another one, or the CPU device. Please report it with this report.',
    group: GROUP,
    deadlineMs: 60_000,
    run: (scene) => paced(scene, 'slices'),
  },
  {
    name: 'event-driven',
    title: 'actors that are launched for each event have each message once and in order',
    advice:
      'Messages are lost where host and GPU do not see each other write while a kernel runs: use the CPU device there. Please report it with this report.',
    group: GROUP,
    deadlineMs: 60_000,
    run: (scene) => paced(scene, 'event-driven'),
  },
];

/** Whether or not this GPU needs it. */
async function paced(scene: Scene, mode: PacingMode): Promise<void> {
  const before = process.env[VARIABLE];
  process.env[VARIABLE] = mode;
  try {
    const { runtime, echo } = await openEcho(scene);
    scene.require(runtime.device.description.includes(mode), `the device is ${runtime.device.description}`);
    const least = scene.amount(5000, 500);
    const { count, durationMs } = await throughEcho(echo, { most: 100 * least, least, forMs: scene.amount(FOR_MS, 0) });
    await runtime.quiet();
    scene.measure('messages', count, 'messages');
    scene.measure('rate', count / (durationMs / 1000), 'messages/s');
    scene.requireEqual(echo.telemetry()[0]?.processed, count, 'processed by its telemetry');
    requireNoLoss(scene, runtime);
  } finally {
    if (before === undefined) Reflect.deleteProperty(process.env, VARIABLE);
    else process.env[VARIABLE] = before;
  }
}
