import type { FaultCause } from '../../../../app/device/fault-cause.ts';
import { StudioError } from '../../../../app/base/studio-error.ts';
import type { ActorFailure } from '../../../../app/runtime/runtime.ts';
import type { Check } from '../check.ts';
import { activate, type Scene } from '../scene.ts';

interface Deed {
  readonly name: string;
  readonly title: string;
  /** What kernels/verify/faults.cu does for it. */
  readonly what: number;
  readonly argument: number;
  readonly cause: FaultCause;
  readonly handlerBudgetMs?: number;
}

const GOOD = 3;
const DROPS = 100;

const DEEDS: readonly Deed[] = [
  { name: 'fault-bounds', title: 'an index out of bounds', what: 1, argument: 9, cause: 'out-of-bounds' },
  { name: 'fault-trap', title: 'a trap', what: 2, argument: 0, cause: 'trap' },
  { name: 'fault-assert', title: 'an assertion', what: 3, argument: 1, cause: 'assertion-failed' },
  { name: 'fault-address', title: 'a write where no memory is', what: 4, argument: 64, cause: 'out-of-bounds' },
  {
    ...{ name: 'watchdog', title: 'a handler that runs longer than its budget' },
    ...{ what: 5, argument: 0, cause: 'runaway', handlerBudgetMs: 500 },
  },
];

/** Each loses its context, so each has a process of its own. */
export const faultChecks: readonly Check[] = DEEDS.map((deed) => ({
  name: deed.name,
  title: `${deed.title} is found and told: cause, culprit, dead letter, account`,
  advice:
    'Faults of handlers are told wrongly here, or not at all. Debug the kernel on the CPU device, and please report it with this report.',
  group: deed.name,
  deadlineMs: 45_000,
  run: (scene) => fault(scene, deed),
}));

async function fault(scene: Scene, { what, argument, cause, handlerBudgetMs }: Deed): Promise<void> {
  const runtime = await scene.open(handlerBudgetMs === undefined ? {} : { handlerBudgetMs });
  const program = await scene.program(runtime, 'faults');
  const failures: ActorFailure[] = [];
  runtime.onDidFailActor.on((failure) => failures.push(failure));
  const culprit = await activate(runtime, program, { kernel: 'culprit', instances: 2 });
  const bystander = await activate(runtime, program, { kernel: 'bystander' });
  await bystander.sendBatch(Array.from({ length: DROPS }, (_, number) => ({ number })));
  for (const instance of [0, 1]) for (let good = 0; good < GOOD; good++) await culprit.send({ what: 0 }, { instance });
  await runtime.quiet();
  scene.requireEqual(failures.length, 0, 'actors that failed before');
  const startedMs = performance.now();
  const messageId = await culprit.send({ what, argument }, { instance: 1 });
  await scene.until(
    () => failures.length === 3,
    'the failure of all actors',
    () => failures.length,
  );
  scene.measure('told after', performance.now() - startedMs, 'ms');
  const causes = failures.map(({ instance, fault: { cause: found } }) => [instance.label, found]);
  const wanted = [
    ['bystander#0', 'context-lost'],
    ['culprit#0', 'context-lost'],
    ['culprit#1', cause],
  ];
  const details = failures.find(({ instance }) => instance.label === 'culprit#1')?.fault.detail ?? 'nothing';
  scene.requireEqual(causes.toSorted(byLabel), wanted, `causes (of the culprit it is said: ${details})`);
  const letters = runtime.deadLetters.kept.map(({ reason, messageId: id, to }) => ({ reason, id, to }));
  scene.requireEqual(letters, [{ reason: 'actor-failed', id: messageId, to: 'culprit#1' }], 'dead letters');
  const account = [...culprit.telemetry(), ...bystander.telemetry()].map(({ processed, dropped }) => [
    processed,
    dropped,
  ]);
  scene.requireEqual(
    account,
    [
      [GOOD, 0],
      [GOOD, 1],
      [DROPS, 0],
    ],
    'what the actors have processed and dropped',
  );
  let traces = 0;
  while ((await culprit.receive({ signal: AbortSignal.timeout(100) })) !== undefined) traces += 1;
  scene.requireEqual(traces, 2 * GOOD, 'outputs: none of the handler that failed, all of the others');
  const refusal = await runtime.launch(program.kernel('bystander'), { name: 'late' }).then(
    () => 'none',
    (error: unknown) => (error instanceof StudioError ? error.code : String(error)),
  );
  scene.requireEqual(refusal, 'DeviceLost', 'the error of a launch afterwards');
}

function byLabel([a = '']: readonly string[], [b = '']: readonly string[]): number {
  return a < b ? -1 : 1;
}
