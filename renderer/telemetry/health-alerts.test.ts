import { describe, expect, test } from 'vitest';

import type { ActorRunState, RunState } from '../../app/contract/run.ts';
import { healthAlerts } from './health-alerts.ts';

const actor = (id: string, health: ActorRunState['health']): ActorRunState => ({
  ...{ id, kernel: 'k', source: 'k.cu', instances: 1, capacity: 16, state: 'active', sinceMs: 5, revision: 1 },
  ...(health !== undefined && { health }),
});
const run = (...actors: readonly ActorRunState[]): RunState => ({ phase: 'running', actors }) as unknown as RunState;

describe('alerts of health', () => {
  test('there are none for those that are well or unknown', () => {
    const well = [actor('a', { state: 'healthy', instance: 0 }), actor('b', undefined)];
    expect(healthAlerts(run(...well))).toEqual([]);
  });

  test('who waits is told together with whom it waits for', () => {
    const [alert] = healthAlerts(run(actor('a', { state: 'blocked', instance: 0, blockedBy: 'b#1' })));
    expect(alert).toMatchObject({ kind: 'blocked', title: 'a waits for b#1', actorId: 'a', culpritId: 'b' });
    const [host] = healthAlerts(run(actor('a', { state: 'blocked', instance: 0, blockedBy: 'host' })));
    expect(host).not.toHaveProperty('culpritId');
  });

  test('a deadlock is one alert that names the circle', () => {
    const alerts = healthAlerts(
      run(
        actor('b', { state: 'deadlocked', instance: 0, blockedBy: 'a#0' }),
        actor('a', { state: 'deadlocked', instance: 0, blockedBy: 'b#0' }),
      ),
    );
    expect(alerts.map(({ title }) => title)).toEqual(['Deadlock of 2 actors']);
    expect(alerts[0]?.text).toContain('a → b → a:');
  });

  test('a stopped run has none', () => {
    const ended = { ...run(actor('a', { state: 'stuck', instance: 0 })), phase: 'idle' as const };
    expect(healthAlerts(ended)).toEqual([]);
  });
});
