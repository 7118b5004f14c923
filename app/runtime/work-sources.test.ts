import { describe, expect, test } from 'vitest';

import { Stage } from '../testing/stage.ts';
import { WorkSources, type WorkSource } from './work-sources.ts';

class Plan implements WorkSource {
  isIdle = false;
  events = 0;
}

describe('other sources of work', () => {
  test('a runtime is not quiet before they are idle', async () => {
    const stage = new Stage(1);
    await using runtime = stage.runtime;
    const plan = new Plan();
    runtime.workSources.add(plan);
    let isQuiet = false;
    const quiet = runtime.quiet().then(() => (isQuiet = true));
    for (let turn = 0; turn < 50; turn++) {
      stage.steps(1);
      await new Promise(setImmediate);
    }
    expect(isQuiet).toBe(false);
    plan.isIdle = true;
    await stage.drive(quiet);
    expect(isQuiet).toBe(true);
  });

  test('work between two looks counts, although the source was idle at both', async () => {
    const stage = new Stage(2);
    await using runtime = stage.runtime;
    let looks = 0;
    const source: WorkSource = {
      isIdle: true,
      get events() {
        looks++;
        return Math.min(looks, 40); // something happens between any two of the first looks
      },
    };
    runtime.workSources.add(source);
    await stage.drive(runtime.quiet());
    expect(looks).toBeGreaterThan(40);
  });

  test('one that is taken off counts no more, and what it did is not forgotten', () => {
    const sources = new WorkSources();
    const plan = new Plan();
    plan.events = 3;
    const registration = sources.add(plan);
    expect([sources.areIdle, sources.events]).toEqual([false, 3]);
    registration[Symbol.dispose]();
    registration[Symbol.dispose]();
    expect([sources.areIdle, sources.events]).toEqual([true, 3]);
  });
});
