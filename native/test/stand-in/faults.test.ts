import { beforeAll, beforeEach, describe, expect, test } from 'vitest';

import { buildStandIn, needsStandIn, runScenario, type StandIn } from './stand-in.ts';

const BUILD_MS = 600_000;

let standIn: StandIn;
beforeEach(needsStandIn);
beforeAll(async () => {
  if (process.platform === 'linux') standIn = await buildStandIn();
}, BUILD_MS);

describe('a kernel that fails ends its context, for good', () => {
  let values: Readonly<Record<string, unknown>>;
  beforeAll(async () => {
    if (process.platform === 'linux') values = (await runScenario(standIn, 'faults')).values;
  });

  test.each([
    ['a null pointer', 'null', 700, 'access to (nil), which is neither registered nor allocated'],
    ['a write behind an allocation', 'behind', 700, 'which is neither registered nor allocated'],
    ['a write to freed memory', 'freed', 700, 'which is neither registered nor allocated'],
    ['a write behind dynamic shared memory', 'shared', 700, 'which is neither registered nor allocated'],
    ['a stack that is too small', 'deep', 700, 'the stack of the thread is too small'],
    ['__trap', 'trap', 719, 'kernel trap, block (1,0,0), thread (2,0,0): __trap()'],
    ['assert', 'assert', 710, 'unit.cu:4: void check(int): Assertion `n > 2 && "too small"` failed.'],
    ['__trap while others spin', 'mixed', 719, '__trap()'],
    ['threads that wait for each other', 'stuck', 719, 'all threads of a block wait for each other'],
    ['a mask that does not name its caller', 'strange', 719, 'mask 0x1, which does not name it'],
    ['a division by zero, which the host refuses', 'divide', 719, 'an integer division'],
    ['a kernel that runs for too long', 'watchdog', 702, 'kernel spin has run for longer than the watchdog allows'],
    ['a fault on demand', 'told', 719, 'told to fail'],
  ])('%s', (_, name, code, why) => {
    expect(values[name]).toBe(code);
    expect(values[`${name}Why`]).toContain(why);
    expect(values[`${name}Sticky`]).toBe(code * 1001);
  });
});

test('the protocol’s accesses are those of registered memory only, and aligned', async () => {
  const { values } = await runScenario(standIn, 'windows');
  expect(values).toMatchObject({ registered: 42, unregistered: 700 });
  expect(values['why']).toContain('access of 4 bytes at');
  expect((await runScenario(standIn, 'misaligned')).values).toEqual({ misaligned: 716 });
});
