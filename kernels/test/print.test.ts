import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createRuntime, type Actor, type StudioRuntime } from '../../main/index.ts';

const folder = fileURLToPath(new URL('.', import.meta.url));

/** What print_cases.h prints, recorded from GNU's C library. */
const recorded = [
  '42|   42|42   |00042|+42| 42|007|-3',
  '3000000000|ff|BEEF|0xff|10|010|0XFF',
  '-5000000000|18446744073709551615|10000000000|4|4464|44|0|-7|7',
  'a|  b|c  |abc|     right|left      |cu|x',
  '1.500000|2|3.14|    3.1416|2.50      |+1.2| 1.2|-00003.142|3.',
  '1.234568e+04|1.23e-04|1.000e+100  |1.000000E-05|1e+10|1e-05|1.23457e+08|1E-10|1.00000',
  '0x1p+0|0X1.999999999999AP-4|0x1.92p+1|0.10000000000000001|0.100000001',
  '    42|42    |3.14|   1.234e+03|neg   ',
  'inf|-INF|-0.000000e+00|inf',
  '0x1000|100%| 99.5%',
  Array.from({ length: 32 }, (_, index) => index + 1).join(' '),
];

function hasCompiler(): boolean {
  try {
    execFileSync('cc', ['--version'], { stdio: 'pipe' });
    return true;
  } catch {
    return false;
  }
}

let runtime: StudioRuntime;
let actor: Actor;
const printed: string[] = [];

beforeAll(async () => {
  runtime = await createRuntime();
  runtime.onDidPrint.on(({ text }) => printed.push(text));
  const program = await runtime.compile(join(folder, 'print.cu'));
  actor = await runtime.launch(program.kernel('print'));
  await actor.activate();
});
afterAll(() => runtime[Symbol.asyncDispose]());

test('every format of CUDA prints what C prints', async () => {
  printed.length = 0;
  await actor.send({}, { type: 'Print' });
  await expect.poll(() => printed.join('').split('\n')).toEqual([...recorded, '']);
});

test('what is recorded is what the C library of this machine prints', (context) => {
  if (!hasCompiler()) context.skip('there is no C compiler here');
  const scratch = mkdtempSync(join(tmpdir(), 'ring-print-'));
  try {
    const main = `#include <stdio.h>\nint main(void) {\n#include "${join(folder, 'print_cases.h')}"\n  return 0;\n}\n`;
    writeFileSync(join(scratch, 'main.c'), main);
    execFileSync('cc', ['-w', '-std=c99', 'main.c', '-o', 'print'], { cwd: scratch });
    expect(execFileSync(join(scratch, 'print'), { encoding: 'utf8' }).split('\n')).toEqual([...recorded, '']);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
});

test('printf returns the number of arguments, as CUDA does and C does not', async () => {
  const counts = await actor.request({}, { type: 'Count' });
  expect(counts).toEqual({ none: 0, three: 3, of_stars: 3, percents: 1, without_format: -1 });
});

test('snprintf returns the number of characters, as in C', async () => {
  const { message } = await actor.requestJson({}, { type: 'Write' });
  expect(message).toEqual({ size: 7, text: 'abc-007' });
});
