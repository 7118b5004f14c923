import type { Actor } from '../../../../app/runtime/actor.ts';
import type { StudioRuntime } from '../../../host/create-runtime.ts';
import type { Check } from '../check.ts';
import { activate, timeOf, type Scene } from '../scene.ts';
import { CAPACITY, requireNoLoss, summaryOf, wholeSummary, type Summary } from './flows.ts';

const GROUP = 'messages';
const WAITING = 600;
const AT_LEAST = 200;

export const housekeepingChecks: readonly Check[] = [
  {
    name: 'park-and-relaunch',
    title: 'all blocks leave when they are asked to, and go on where they were',
    advice:
      'The runtime loads code only while all blocks have left. If they do not leave, nothing but small topologies without reloads works here.',
    group: GROUP,
    deadlineMs: 60_000,
    run: parkAndRelaunch,
  },
  {
    name: 'load-while-parked',
    title: 'a program is loaded while messages wait and flow, and none is lost or reordered',
    advice: 'Load all programs before messages are sent, and please report it with this report.',
    group: GROUP,
    deadlineMs: 90_000,
    run: loadWhileParked,
  },
  {
    name: 'hot-reload',
    title: 'actors go on with new code under load, and no message is lost, repeated or reordered',
    advice: 'Do not reload under load here, and please report it with this report.',
    group: GROUP,
    deadlineMs: 90_000,
    run: hotReload,
  },
];

async function parkAndRelaunch(scene: Scene): Promise<void> {
  const runtime = await scene.open();
  const program = await scene.program(runtime, 'messages');
  const actor = await activate(runtime, program, { kernel: 'answerer' });
  await activate(runtime, program, { kernel: 'echo' });
  const times: number[] = [];
  for (let value = 0; value < scene.amount(100, 5); value++) {
    times.push(await timeOf(() => runtime.whileStill(() => undefined)));
    const answer = await actor.request<{ value: number }>({ value });
    scene.requireEqual(answer.value, value + 1, 'an answer after the relaunch');
  }
  scene.measureTimes('park and relaunch', times, 'ms');
}

/** Items to a relay that passes them on to a sink, all the time. */
class Stream {
  sent: number;
  #isOver = false;
  readonly #relay: Actor;
  readonly #running: Promise<void>;

  constructor(relay: Actor, first: number) {
    this.sent = first;
    this.#relay = relay;
    this.#running = this.#run();
    this.#running.catch(() => undefined); // `end` tells it
  }

  async end(): Promise<void> {
    this.#isOver = true;
    await this.#running;
  }

  async #run(): Promise<void> {
    while (!this.#isOver) {
      await this.#relay.send({ sequence: this.sent++ });
      if (this.sent % 32 === 0) await new Promise((resolve) => setImmediate(resolve));
    }
  }
}

async function openPair(runtime: StudioRuntime, scene: Scene) {
  const program = await scene.program(runtime, 'messages');
  const queue = { capacity: CAPACITY };
  const relay = await runtime.launch(program.kernel('relay'), { queue });
  const sink = await runtime.launch(program.kernel('sink'), { queue });
  runtime.connect(relay, 'out', sink);
  await sink.activate();
  await relay.activate();
  return { program, relay, sink };
}

async function loadWhileParked(scene: Scene): Promise<void> {
  const runtime = await scene.open();
  const { relay, sink } = await openPair(runtime, scene);
  const times: number[] = [];
  const load = async (): Promise<void> => {
    times.push(await timeOf(async () => runtime.unload(await scene.program(runtime, 'functions'))));
  };
  await sink.deactivate();
  for (let sequence = 0; sequence < WAITING; sequence++) await relay.send({ sequence });
  await load();
  await sink.activate();
  await runtime.quiet();
  scene.requireEqual(await summaryOf(sink), wholeSummary(WAITING), 'what the sink has counted of messages that waited');
  const stream = new Stream(relay, WAITING);
  for (let round = 0; round < scene.amount(10, 2); round++) {
    const sent = stream.sent;
    await load();
    await scene.until(
      () => stream.sent > sent + AT_LEAST,
      'messages after a load',
      () => stream.sent,
    );
  }
  await stream.end();
  await runtime.quiet();
  scene.measure('messages', stream.sent, 'messages');
  scene.measureTimes('load', times, 'ms');
  scene.requireEqual(await summaryOf(sink), wholeSummary(stream.sent), 'what the sink has counted');
  requireNoLoss(scene, runtime);
}

async function hotReload(scene: Scene): Promise<void> {
  const runtime = await scene.open();
  const { program, relay, sink } = await openPair(runtime, scene);
  const next = await scene.program(runtime, 'messages_next');
  const stream = new Stream(relay, 0);
  const times: number[] = [];
  for (let round = 0; round < scene.amount(20, 4); round++) {
    const code = round % 2 === 0 ? next : program;
    times.push(await timeOf(() => runtime.reload(code, [relay, sink])));
    const sent = stream.sent;
    await scene.until(
      () => stream.sent > sent + AT_LEAST,
      'messages after a reload',
      () => stream.sent,
    );
  }
  await stream.end();
  await runtime.quiet();
  const summary = await summaryOf(sink);
  scene.measure('messages', stream.sent, 'messages');
  scene.measure('messages by the new code', summary.by_next, 'messages');
  scene.measureTimes('reload', times, 'ms');
  const wanted: Summary = wholeSummary(stream.sent, summary.by_next);
  scene.requireEqual(summary, wanted, 'what the sink has counted');
  const isBoth = summary.by_next > 0 && summary.by_next < summary.received;
  scene.require(isBoth, `${summary.by_next} of ${summary.received} messages were passed on by the new code`);
  requireNoLoss(scene, runtime);
}
