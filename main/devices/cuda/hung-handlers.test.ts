import { expect, test } from 'vitest';

import { ACTOR, WORKER } from '../../../app/abi/arena-layout.ts';
import { createArena } from '../arena/create-arena.ts';
import { HungHandlers } from './hung-handlers.ts';
import { Resident, type Code, type Flight } from './residents.ts';

const arena = createArena(2 ** 25);
const code = {} as Code; // not asked

function launched(actorId: number): Resident {
  const { address } = arena.allocate('an actor', 1024);
  const resident = new Resident(arena, { actorId, address }, code);
  resident.prepare();
  const flight: Flight = { residents: [resident], leavesAtMs: Infinity, ended: new Promise(() => undefined) };
  resident.flight = flight;
  return resident;
}

/** The actor that is found not to begin. */
function late(residents: readonly Resident[], canBegin: () => boolean = () => true): Promise<Resident> {
  return new Promise((resolve, reject) => {
    const byHungHandler = (): void => {
      reject(new Error('no handler runs'));
    };
    const byLateLaunch = (resident: Resident): void => {
      handlers.end();
      resolve(resident);
    };
    const handlers = new HungHandlers({ budgetMs: Infinity, lateLooks: 3 }, { byHungHandler, byLateLaunch }, canBegin);
    handlers.follow(residents);
  });
}

test('an actor whose blocks do not begin is found, among others that have begun', async () => {
  const [begun, waiting] = [launched(1), launched(2)];
  arena.u32[(begun.worker + WORKER.clock) >>> 2] = 7;
  const keptAlive = setInterval(() => undefined, 1000);
  expect(await late([begun, waiting])).toBe(waiting);
  clearInterval(keptAlive);
});

test('it is not while something is known to keep launches waiting', async () => {
  let looks = 0;
  const keptAlive = setInterval(() => undefined, 1000);
  await late([launched(3)], () => ++looks > 6);
  clearInterval(keptAlive);
  expect(looks).toBeGreaterThan(8);
});

test('blocks that stand still between two handlers are found by their heartbeat', async () => {
  const [still, busy] = [launched(7), launched(8)];
  for (const { worker, address } of [still, busy]) arena.u32[(worker + WORKER.current) >>> 2] = address;
  let found: Resident | undefined;
  const byHungHandler = (resident: Resident): void => void (found = resident);
  const handlers = new HungHandlers({ budgetMs: 300 }, { byHungHandler, byLateLaunch: () => undefined }, () => false);
  handlers.follow([busy, still]);
  for (let turn = 0; turn < 300 && found === undefined; turn++) {
    arena.u32[(busy.address + ACTOR.heartbeat) >>> 2]! += 1;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  handlers.end();
  expect(found).toBe(still);
});

test('a handler that hangs is found while others are added and removed more often than its budget', async () => {
  const hung = launched(4);
  arena.u32[(hung.worker + WORKER.dispatch) >>> 2] = 1;
  const others = [launched(5), launched(6)];
  let found: Resident | undefined;
  const byHungHandler = (resident: Resident): void => void (found = resident);
  const loss = { byHungHandler, byLateLaunch: () => undefined };
  const handlers = new HungHandlers({ budgetMs: 200 }, loss, () => false);
  for (let turn = 0; turn < 30 && found === undefined; turn++) {
    handlers.follow([hung, others[turn % 2]!]);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  handlers.end();
  expect(found).toBe(hung);
});
