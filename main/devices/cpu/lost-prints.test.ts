import { afterAll, describe, expect, test } from 'vitest';

import { CompilerFixture, prelude } from '../../compile/compiler.fixture.ts';
import { createRuntime, type StudioRuntime } from '../../host/create-runtime.ts';

const fixture = new CompilerFixture();
afterAll(() => fixture[Symbol.asyncDispose]());

const PRINTS = 25_000;
const KEPT = 10_000;
const source = `${prelude}
struct Go { uint32_t prints; uint32_t fails = 0; };
RING_KERNEL(talker);
RING_ON(talker, Go) {
  for (uint32_t i = 0; i < msg.prints; ++i) printf("%u\\n", i);
  if (msg.fails) __trap();
}
`;

/** What the actor printed until the runtime was quiet, with a host that does not listen while it prints. */
async function printed(...messages: readonly object[]): Promise<string[]> {
  await using runtime: StudioRuntime = await createRuntime({ workers: 1, compiler: fixture.compiler });
  const texts: string[] = [];
  runtime.onDidPrint.on(({ actor, text }) => texts.push(`${actor}: ${text}`));
  const projectDir = fixture.project({ 'main.cu': source });
  const program = await runtime.compile('main.cu', { projectDir });
  const actor = await runtime.launch(program.kernel('talker'));
  await actor.activate();
  for (const message of messages) {
    await actor.send(message);
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1000);
  }
  await runtime.quiet();
  return texts;
}

describe('printf calls that the host does not take in time are lost, and their number is told', () => {
  test.each([0, 1])('when the handler ends (fails: %i)', async (fails) => {
    const texts = await printed({ prints: PRINTS, fails });
    expect(texts).toHaveLength(KEPT + 1);
    expect(texts.slice(-2)).toEqual([`talker#0: ${KEPT - 1}\n`, `talker#0: [${PRINTS - KEPT} printf calls lost]\n`]);
  });

  test('after each handler that lost some', async () => {
    const texts = await printed({ prints: PRINTS }, { prints: 5 }, { prints: 0 });
    expect(texts.slice(KEPT)).toEqual(['talker#0: [15000 printf calls lost]\n', 'talker#0: [5 printf calls lost]\n']);
  });
});
