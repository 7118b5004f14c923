/**
 * One worker thread ("SM") of the CPU device. It never returns to the event loop: it runs the actors whose ready bits are
 * set and blocks of launches, reads mail between batches, spins a little when there is nothing to do and then sleeps on its doorbell.
 */
import { workerData } from 'node:worker_threads';

import { WORKER } from '../../../app/abi/arena-layout.ts';
import { ActorTable } from './actor-table.ts';
import { WorkerClock } from './worker-clock.ts';
import { WorkerDuty } from './worker-duty.ts';
import type { WorkerStart } from './worker-mail.ts';

/** Long enough to catch the next message of a conversation, short enough to leave the core to others. */
const SPIN_MS = 0.05;
const SPINS_PER_CLOCK_READ = 200;
/** After so many spins in vain only one sleep in SLEEPS_PER_TRIAL has a spin before it. */
const SPINS_IN_VAIN = 3;
const SLEEPS_PER_TRIAL = 16;
/** About 50 µs: a look at a state is shorter than waking up from a sleep. */
const PARKED_SPINS = 10_000;

const { memory, address, port, clockOriginMs } = workerData as WorkerStart;
Error.stackTraceLimit = 50;

const i32 = new Int32Array(memory.buffer);
const word = (offset: number): number => (address + offset) >>> 2;
const park = word(WORKER.park);
const parked = word(WORKER.parked);

const clock = new WorkerClock(memory, address, clockOriginMs);
const actors = new ActorTable({ memory, address, port, clock });
const duty = new WorkerDuty(i32, address);
const run = (readyIndex: number): boolean => actors.run(readyIndex);

let spinsInVain = 0;
let sleeps = 0;

/**
 * Looks for work for a while; true when something is due. In vain where the sender waits for the core that this thread
 * spins on, or takes its time: then it mostly sleeps at once.
 */
function spin(): boolean {
  if (spinsInVain >= SPINS_IN_VAIN && ++sleeps % SLEEPS_PER_TRIAL !== 0) return false;
  const until = clock.nowMs() + SPIN_MS;
  do {
    for (let count = 0; count < SPINS_PER_CLOCK_READ; count++) {
      if (!duty.isAnythingDue()) continue;
      spinsInVain = 0;
      return true;
    }
  } while (clock.nowMs() < until);
  spinsInVain++;
  return false;
}

/** Stays between two batches while the host looks at actors, mends rings or replaces code. */
function stayParked(): void {
  for (let epoch = Atomics.load(i32, park); epoch !== 0; epoch = Atomics.load(i32, park)) {
    Atomics.store(i32, parked, epoch);
    for (let spins = 0; spins < PARKED_SPINS; spins++) if (Atomics.load(i32, park) !== epoch) break;
    Atomics.wait(i32, park, epoch);
  }
  Atomics.store(i32, parked, 0);
}

clock.read();
for (;;) {
  if (duty.isAskedToPark) stayParked();
  if (duty.hasMail) actors.readMail();
  const ranActors = duty.runReadyActors(run);
  if (actors.grids.run() || ranActors) continue;
  if (!spin()) duty.sleep();
  clock.read();
}
