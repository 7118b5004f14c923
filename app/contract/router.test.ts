import { TRPCError } from '@trpc/server';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { StudioError } from '../base/studio-error.ts';
import { gpuDeviceShape, gpuSample, type GpuReading } from './gpu-figures.ts';
import { studioRouter } from './router.ts';
import type { ProjectHost, StudioHost } from './studio-host.ts';

interface Recorded {
  readonly host: StudioHost;
  readonly calls: [string, ...unknown[]][];
}

/** Answers everything with null and remembers what was asked, with what. */
function recordingHost(): Recorded {
  const calls: [string, ...unknown[]][] = [];
  const record = (prefix: string, more: object = {}): unknown =>
    new Proxy(more, {
      get: (own, name: string): unknown =>
        Reflect.get(own, name) ??
        ((...args: unknown[]) => {
          calls.push([prefix + name, ...args]);
          return Promise.resolve(null);
        }),
    });
  const project = record('project.', { then: undefined, states: record('states.') }) as ProjectHost;
  // A proxy that has a `then` would be awaited.
  const resolved = new Proxy(project, {
    get: (own, name): unknown => (name === 'then' ? undefined : Reflect.get(own, name)),
  });
  const host = record('', { project: () => Promise.resolve(resolved) }) as StudioHost;
  return { host, calls };
}

const projectId = 'p1';
const inFile = { projectId, path: 'kernels/a.cu' };
const message = { to: 'a#1', type: 'Ask', message: { x: 1, big: '18446744073709551615', list: [1, null] } };
const checkpoint = '1700000000000-0123abcd-before lunch';
type Caller = ReturnType<typeof studioRouter.createCaller>;

const procedures: readonly [string, (call: Caller) => Promise<unknown>, ...unknown[]][] = [
  ['machine', (call) => call.machine()],
  ['readSetting', (call) => call.settings.read('layout:p1'), 'layout:p1'],
  ['writeSetting', (call) => call.settings.write({ key: 'theme', value: { a: [1] } }), 'theme', { a: [1] }],
  ['recentProjects', (call) => call.projects.recent()],
  ['forgetProject', (call) => call.projects.forget('/a'), '/a'],
  ['samples', (call) => call.projects.samples()],
  ['openSample', (call) => call.projects.openSample('ping_pong'), 'ping_pong'],
  ['createProject', (call) => call.projects.create({ name: 'My actors', template: 'kernel' })],
  ['openProject', (call) => call.projects.open('/somewhere'), '/somewhere'],
  ['browse', (call) => call.projects.browse(), undefined],
  ['project.edit', (call) => call.files.edit({ ...inFile, text: 'x', baseVersion: 1, clientId: 'w' })],
  ['project.save', (call) => call.files.save({ projectId, paths: ['a.cu'] }), ['a.cu']],
  ['project.save', (call) => call.files.save({ projectId }), undefined],
  ['project.createFile', (call) => call.files.create({ ...inFile, template: 'kernel' })],
  ['project.renameFile', (call) => call.files.rename({ ...inFile, newPath: 'b.cu' }), 'kernels/a.cu', 'b.cu'],
  ['project.deleteFile', (call) => call.files.delete(inFile), 'kernels/a.cu'],
  ['project.revertFile', (call) => call.files.revert(inFile), 'kernels/a.cu'],
  ['project.resolveConflict', (call) => call.files.resolveConflict({ ...inFile, take: 'disk' }), inFile.path, 'disk'],
  ['project.runningText', (call) => call.files.runningText(inFile), 'kernels/a.cu'],
  ['states.read', (call) => call.states.read({ projectId, actor: 'a#1' }), 'a#1'],
  ['states.write', (call) => call.states.write({ projectId, actor: 'a', fields: { x: 1 } })],
  ['states.listCheckpoints', (call) => call.states.checkpoints({ projectId })],
  ['states.saveCheckpoint', (call) => call.states.saveCheckpoint({ projectId, name: 'before' }), { name: 'before' }],
  ['states.deleteCheckpoint', (call) => call.states.deleteCheckpoint({ projectId, id: checkpoint }), checkpoint],
  ['states.restoreCheckpoint', (call) => call.states.restoreCheckpoint({ projectId, id: checkpoint, migrate: true })],
  ['states.planMigration', (call) => call.states.planMigration({ projectId, actorIds: ['a'] }), ['a']],
  ['states.migrate', (call) => call.states.migrate({ projectId, actorIds: ['a'] })],
  ['project.start', (call) => call.run.start({ projectId, device: 'cpu', agreedHash: 'h' })],
  ['project.stop', (call) => call.run.stop({ projectId })],
  ['project.pause', (call) => call.run.pause({ projectId })],
  ['project.resume', (call) => call.run.resume({ projectId })],
  ['project.reset', (call) => call.run.reset({ projectId, actorIds: ['a'] }), ['a']],
  ['project.clearConsole', (call) => call.run.clearConsole({ projectId })],
  ['project.send', (call) => call.inject.send({ projectId, ...message }), message],
  ['project.request', (call) => call.inject.request({ projectId, ...message }), { ...message, timeoutMs: 5000 }],
  ['project.burst', (call) => call.inject.burst({ projectId, ...message, count: 10, rateHz: 0.5 })],
  ['project.cancelBurst', (call) => call.inject.cancelBurst({ projectId, burstId: 'b' }), 'b'],
  ['project.telemetryHistory', (call) => call.telemetry.history({ projectId })],
  ['project.listOutputs', (call) => call.telemetry.listOutputs({ projectId, before: 7, limit: 10 }), 7, 10],
  [
    'project.listDeadLetters',
    (call) => call.telemetry.listDeadLetters({ projectId, limit: 10, filter: { to: 'a', isReplayed: false } }),
    { limit: 10, filter: { to: 'a', isReplayed: false } },
  ],
  [
    'project.replayDeadLetters',
    (call) => call.telemetry.replayDeadLetters({ projectId, selection: { seqs: [3] }, edit: { x: 1 } }),
    { selection: { seqs: [3] }, edit: { x: 1 } },
  ],
  [
    'project.removeDeadLetters',
    (call) => call.telemetry.removeDeadLetters({ projectId, selection: { filter: { reason: ['queue-full'] } } }),
    { filter: { reason: ['queue-full'] } },
  ],
];

describe('the contract', () => {
  test.each(procedures)('%s reaches the host with what it was given', async (name, call, ...args) => {
    const { host, calls } = recordingHost();
    await call(studioRouter.createCaller({ host }));
    expect(calls).toHaveLength(1);
    const [[called, ...given] = ['']] = calls;
    expect(called).toBe(name);
    if (args.length > 0) expect(given).toEqual(args);
  });

  test.each(['../a.cu', '/etc/passwd', 'a/../../b.cu', 'C:\\a.cu', 'a\\b.cu', './a.cu', 'a//b.cu', 'a/', 'a\0.cu', ''])(
    'a path that leads out of the project is refused: %j',
    async (path) => {
      const { host, calls } = recordingHost();
      const refused = studioRouter.createCaller({ host }).files.delete({ projectId, path });
      await expect(refused).rejects.toMatchObject({ code: 'BAD_REQUEST' });
      expect(calls).toEqual([]);
    },
  );

  test('figures of GPUs stream as the host gives them, and end with the one who watches', async () => {
    const stop = new AbortController();
    const readings: readonly GpuReading[] = [
      { kind: 'starting' },
      { kind: 'stale', sample: null, reason: 'The process that reads NVML was ended by SIGSEGV.', retryInMs: 1000 },
    ];
    let given: AbortSignal | undefined;
    const gpuFigures = async function* (signal: AbortSignal): AsyncGenerator<GpuReading> {
      given = signal;
      yield* readings;
      await Promise.resolve();
    };
    const host = { gpuFigures } as unknown as StudioHost;
    const stream = await studioRouter.createCaller({ host }, { signal: stop.signal }).gpuFigures();
    const told: GpuReading[] = [];
    for await (const reading of stream) told.push(reading);
    expect(told).toEqual(readings);
    stop.abort();
    expect(given?.aborted).toBe(true);
  });

  test('whatever is no figure with a value or a reason is no sample', () => {
    const unknown = { unknown: 'not supported by this GPU' };
    const device = Object.fromEntries(Object.keys(gpuDeviceShape).map((key) => [key, unknown]));
    const sample = { atMs: 1, driverVersion: null, devices: [{ ...device, index: 0 }] };
    expect(gpuSample.parse(sample)).toEqual(sample);
    for (const powerWatts of [
      0,
      null,
      {},
      { value: null },
      { value: -1 },
      { value: NaN },
      { value: 1, unknown: 'x' },
    ]) {
      const broken = { ...sample, devices: [{ ...device, index: 0, powerWatts }] };
      expect(gpuSample.safeParse(broken).success).toBe(false);
    }
  });

  test("a StudioError of the host is the person's to read, whatever it is", async () => {
    const error = new StudioError('QueueFull', 'the queue is full.', { tip: 'Wait.' });
    const host = { machine: () => Promise.reject(error) } as unknown as StudioHost;
    const failed = studioRouter.createCaller({ host }).machine();
    await expect(failed).rejects.toMatchObject({ code: 'UNPROCESSABLE_CONTENT', cause: error });
  });

  test('whatever a window sends, an edit is refused as input or reaches the host', async () => {
    await fc.assert(
      fc.asyncProperty(fc.anything(), async (input) => {
        const { host, calls } = recordingHost();
        const call = studioRouter.createCaller({ host }).files.edit as (given: unknown) => Promise<unknown>;
        await call(input).catch((error: unknown) => {
          expect(error).toBeInstanceOf(TRPCError);
          expect((error as TRPCError).code).toBe('BAD_REQUEST');
          expect(calls).toEqual([]);
        });
      }),
      { seed: 20261123, numRuns: 300 },
    );
  });
});
