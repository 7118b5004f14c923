import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { createCompiler, type Compiler } from '../compile/compiler.ts';
import { createRuntime } from './create-runtime.ts';
import { compilerFiles, packageRoot } from './package-root.ts';
import { Traffic } from './accounting.fixture.ts';

/** A minute is worth its time after a change of the protocol: RINGSTUDIO_ACCOUNTING_MS=60000. */
const DURATION_MS = Number(process.env['RINGSTUDIO_ACCOUNTING_MS'] ?? 5000);
const SEED = Number(process.env['RINGSTUDIO_ACCOUNTING_SEED'] ?? 20_261_127);

let compiler: Compiler;
beforeAll(() => void (compiler = createCompiler(compilerFiles(packageRoot(import.meta.url)))));
afterAll(() => compiler[Symbol.asyncDispose]());

const sorted = (items: Iterable<string>): readonly string[] => [...items].sort();

/** What is in one and not in the other. */
function difference(own: Iterable<string>, ledgers: Iterable<string>) {
  const counts = new Map<string, number>();
  for (const item of own) counts.set(item, (counts.get(item) ?? 0) + 1);
  for (const item of ledgers) counts.set(item, (counts.get(item) ?? 0) - 1);
  const those = (isWanted: (count: number) => boolean): readonly string[] =>
    sorted([...counts].filter(([, count]) => isWanted(count)).map(([item, count]) => `${item} ×${count.toString()}`));
  return { missing: those((count) => count > 0), invented: those((count) => count < 0) };
}

const NONE = { missing: [], invented: [] };

describe('the account of fifty actors', () => {
  for (const workers of [1, 2]) {
    const limit = { timeout: DURATION_MS + 120_000 };
    it(`equals the test's own, message by message, with ${workers.toString()} workers that die`, limit, async () => {
      await using runtime = await createRuntime({ workers, compiler, ledger: true, arenaBytes: 2 ** 28 });
      const traffic = new Traffic(runtime, SEED + workers);
      await traffic.launch();
      await traffic.run(DURATION_MS);
      await traffic.settle();
      const { ledger, evidence, ended } = traffic;
      const open = ledger.open();
      const totals = ledger.totals;
      expect(ledger.audit()).toEqual([]);
      expect(ledger.malformed).toBe(0);
      const of = (wanted: string) => ended.filter(({ outcome }) => outcome === wanted);

      const queued = open.filter(({ at }) => at === 'queue');
      const fromHost = [...ended, ...queued].filter(({ from }) => from === 'host').map(({ messageId }) => messageId!);
      expect(new Set(fromHost).size).toBe(fromHost.length);
      expect(fromHost).toHaveLength(evidence.sent.length + evidence.requests);
      expect(difference(evidence.sent, fromHost).missing).toEqual([]);

      // What guests told last went with them.
      const processed = of('processed').filter(({ to }) => to !== 'host');
      const names = processed.map(({ messageId, to }) => `${messageId!} > ${to}`);
      const { missing, invented } = difference(evidence.processed, names);
      expect({ missing, invented: invented.filter((name) => !name.includes('guest')) }).toEqual(NONE);
      const letters = of('dead-lettered').map(({ messageId, to, reason }) => {
        return `${messageId ?? '0000000000000000'} > ${to}: ${reason!}`;
      });
      expect(difference(evidence.deadLetters, letters)).toEqual(NONE);
      const received = of('processed').filter(({ to, type }) => to === 'host' && type === 'Seen');
      expect(
        difference(
          evidence.received,
          received.map(({ messageId }) => messageId!),
        ).invented,
      ).toEqual([]);

      const heard = of('processed').filter(({ to, type }) => to === 'host' && type === 'News');
      expect(heard).toHaveLength(evidence.heard);
      expect(evidence.heard).toBeGreaterThan(0);
      expect(of('processed').some(({ to }) => to === 'post#0')).toBe(true);

      const undelivered = runtime.undelivered().reduce((sum, { count }) => sum + count, 0);
      expect(open).toHaveLength(undelivered);
      expect(open.every(({ outcome }) => outcome === 'queued')).toBe(true);
      expect(totals.begun).toBe(ended.length + queued.length);
    });
  }
});
