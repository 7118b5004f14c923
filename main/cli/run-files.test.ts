import { execFileSync } from 'node:child_process';
import { existsSync, linkSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';

import { afterAll, describe, expect, test, vi } from 'vitest';

import { CliFixture } from './cli.fixture.ts';
import { bank } from './test-kernels.fixture.ts';

const header = 'money.cuh';
const hosts = [
  { id: 'log', host: 'sink', file: 'log.jsonl' },
  { id: 'tape', host: 'replay', file: 'tape.jsonl', type: 'Deposit', content: 'message' },
];
const channels = [
  { from: 'bank.changes', to: 'log' },
  { from: 'tape.out', to: 'bank' },
];
const cli = new CliFixture({
  'bank.cu': bank.replace('struct Deposit', `#include "${header}"\nstruct Deposit`),
  [header]: '#pragma once\n',
  'in.jsonl': '',
  'tape.jsonl': '',
  't.ring.json': JSON.stringify({
    version: 1,
    actors: [{ id: 'bank', kernel: 'account', source: 'bank.cu' }],
    hosts,
    channels,
  }),
});
vi.setConfig({ testTimeout: 60_000 });
afterAll(() => {
  cli[Symbol.dispose]();
});

describe('files of a run', () => {
  test('one that is written is not used for anything else, by whatever name', async () => {
    await cli.run(['run', 't.ring.json', '--checkpoint', 'a.ringckpt']);
    const checkpoint = readFileSync(cli.path('a.ringckpt'));
    symlinkSync('a.ringckpt', cli.path('link'));
    symlinkSync('later', cli.path('dangling'));
    linkSync(cli.path('in.jsonl'), cli.path('hard'));
    const cases: readonly (readonly [readonly string[], string])[] = [
      [['--restore', 'a.ringckpt', '--output', './link'], "--output './link' and --restore 'a.ringckpt'"],
      [['--ledger', 'x', '--dead-letters', 'x'], "--ledger 'x' and --dead-letters 'x'"],
      [['--checkpoint', 'x', '--output', './x'], "--checkpoint 'x' and --output './x'"],
      [['--output', 'dangling', '--ledger', 'later'], "--ledger 'later' and --output 'dangling'"],
      [['--input', 'in.jsonl', '--output', 'hard'], "--output 'hard' and --input 'in.jsonl'"],
      [['--dead-letters', header], `--dead-letters '${header}' and the source '${header}'`],
      [['--output', 't.ring.json'], "--output 't.ring.json' and 't.ring.json'"],
      [['--output', 'tape.jsonl'], "--output 'tape.jsonl' and 'tape.jsonl' of 'tape'"],
      [['--output', 'log.jsonl'], "'log.jsonl' of 'log' and --output 'log.jsonl'"],
    ];
    for (const [args, message] of cases) {
      const { exitCode, stdout, stderr } = await cli.run(['run', 't.ring.json', ...args]);
      expect([exitCode, stdout, stderr]).toEqual([
        2,
        '',
        expect.stringContaining(`${message} are one file.`) as string,
      ]);
    }
    expect(readFileSync(cli.path('a.ringckpt')).equals(checkpoint)).toBe(true);
    for (const name of ['x', 'later']) expect(existsSync(cli.path(name))).toBe(false);
  });

  test.skipIf(process.platform === 'win32')('the ledger, too, goes to a pipe', () => {
    const script = join(import.meta.dirname, '..', '..', 'dist', 'cli.js');
    const run = `"$0" "$1" run bank.cu --to account --type Query --inject '{}' --output none --ledger`;
    for (const [name, redirect] of [
      ['/dev/stdout', '2>none.err'],
      ['/dev/stderr', '2>&1'],
    ] as const) {
      const shell = ['-c', `${run} ${name} ${redirect} | cat`, process.execPath, script];
      const text = execFileSync('sh', shell, { cwd: cli.folder, encoding: 'utf8' });
      expect(text).toContain('"outcome":"processed"');
    }
  });
});
