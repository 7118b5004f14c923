import { execFileSync } from 'node:child_process';
import { mkdirSync, symlinkSync } from 'node:fs';
import { afterAll, describe, expect, test, vi } from 'vitest';
import { CliFixture, type CliOptions } from './cli.fixture.ts';
import { bank, echo, faults } from './test-kernels.fixture.ts';

const cli = new CliFixture({ 'echo.cu': echo, 'bank.cu': bank, 'faults.cu': faults });
vi.setConfig({ testTimeout: 60_000 });
afterAll(() => {
  cli[Symbol.dispose]();
});

interface BadInput extends CliOptions {
  readonly exitCode?: number;
}

/** Runs; expects one clear error, the right exit code, no results and no stack trace. */
async function expectError(args: readonly string[], message: RegExp | string, options: BadInput = {}): Promise<void> {
  const { exitCode = 2, ...cliOptions } = options;
  const result = await cli.run(args, cliOptions);
  if (typeof message === 'string') expect(result.stderr).toContain(message);
  else expect(result.stderr).toMatch(message);
  expect(result.stderr).toMatch(/^error: [A-Z]\w+: \S/m);
  expect(result.stderr).not.toMatch(/^\s+at |InternalError|node:internal/m);
  expect([result.exitCode, result.stdout]).toEqual([exitCode, '']);
}

const valid = { small: 1, name: 'a', items: [], point: { x: 1 } };
const inject = (fields: object): string[] => ['run', 'echo.cu', '--inject', JSON.stringify({ ...valid, ...fields })];
const actor = { id: 'a', kernel: 'echo', source: 'echo.cu' };
let topologyCount = 0;
const topology = (document: object): string => {
  const file = `t${topologyCount++}.ring.json`;
  cli.write(file, JSON.stringify({ version: 1, actors: [actor], ...document }, undefined, 2));
  return file;
};

describe.concurrent('usage', () => {
  test.each([
    [['rum', 'echo.cu'], "UnknownCommand: there is no command 'rum'. Did you mean 'run'?"],
    [['echo.cu'], 'To run it: ringstudio run echo.cu'],
    [['--versoin'], "UnknownOption: there is no option '--versoin'."],
    [['run'], "MissingArgument: 'run' needs a kernel (.cu) or a topology (.ring.json)."],
    [['run', 'echo.cu', 'bank.cu'], "TooManyArguments: 'run' takes one file; there are 2: echo.cu, bank.cu."],
    [['run', 'echo.cu', '--injct', '{}'], "UnknownOption: 'run' has no option '--injct'. Did you mean '--inject'?"],
    [['run', 'echo.cu', '--inject'], 'InvalidOption: --inject needs a value: --inject JSON.'],
    [['run', 'echo.cu', '--inject', '--metrics'], 'InvalidOption: --inject needs a value: --inject JSON.'],
    [['run', 'echo.cu', '--metrics=yes'], "InvalidOption: --metrics takes no value; found 'yes'."],
    [['run', 'echo.cu', '--to', 'a', '--to', 'b'], 'InvalidOption: --to is given more than once.'],
    [
      ['run', 'echo.cu', '--timeout-ms', 'abc'],
      "InvalidOption: --timeout-ms takes a whole number from 1 to 2147483647, not 'abc'.",
    ],
    [['run', 'echo.cu', '--timeout-ms', '-5'], "not '-5'"],
    [['run', 'echo.cu', '--instances', '0'], 'InvalidOption: --instances takes a whole number from 1 to 16383'],
    [['run', 'echo.cu', '--workers', '1.5'], 'InvalidOption: --workers takes a whole number'],
    [
      ['run', 'echo.cu', '--device', 'cuba'],
      "InvalidOption: --device takes cpu, cuda; not 'cuba'. Did you mean 'cuda'?",
    ],
    [['check', 'echo.cu', '--format', 'jsno'], "--format takes text, json, sarif; not 'jsno'. Did you mean 'json'?"],
    [['check'], "MissingArgument: 'check' needs a kernel"],
    [['describe'], "MissingArgument: 'describe' needs a kernel"],
    [['validate', 'echo.cu'], "NotATopology: 'echo.cu' is a kernel. To check it: ringstudio check echo.cu"],
    [['types', 'echo.cu', '-o', 'echo.cu'], "InvalidOption: --output 'echo.cu' is no TypeScript file"],
    [['doctor', 'echo.cu'], "TooManyArguments: 'doctor' takes no files"],
    [['tour', 'vector'], "UnknownSample: there is no sample 'vector'. Samples: vector_add"],
  ])('%j', async (args, message) => {
    await expectError(args, message);
  });

  test('no arguments at all: the overview, with exit code 2', async () => {
    const { exitCode, stdout, stderr } = await cli.run([]);
    expect([exitCode, stdout]).toEqual([2, '']);
    expect(stderr).toContain('Usage: ringstudio <command>');
  });

  test('a device that is not available is not replaced by another', async () => {
    await expectError(
      ['run', 'echo.cu', '--device', 'cuda'],
      /DeviceNotAvailable: the device 'cuda' is not available: /,
      {
        exitCode: 3,
      },
    );
    await expectError(['run', topology({ device: 'cuda' })], 'Run on the CPU device', {
      exitCode: 3,
    });
  });

  test('options of a bare kernel do not go with a topology', async () => {
    await expectError(['run', topology({}), '--kernel', 'echo'], 'InvalidOption: --kernel is for a .cu file');
  });

  test('blocks that the code is not compiled for are refused with what to declare', async () => {
    const args = ['run', 'echo.cu', '--block', '8x4', '--inject', '{}'];
    const message =
      /InvalidLaunch: echo\.cu: actor 'echo' asks for 8×4 = 32 threads, but kernel 'echo' is compiled for one/;
    await expectError(args, message);
    await expectError(args, /Declare RING_BLOCK\(echo, 8, 4\)/);
  });

  test.each([
    ['--block', '8x', "--block takes 256, 16x16 or 8x8x4, not '8x'"],
    ['--block', '64x32', "not '64x32': 64×32 = 2,048 threads; a block has at most 1,024."],
    ['--grid', '0', "not '0': x is 0; it is a whole number from 1 to 65,535."],
  ])('%s %s is no size', async (option, size, message) => {
    await expectError(['run', 'echo.cu', option, size], message);
  });
});

describe.concurrent('files', () => {
  test.each([
    ['eco.cu', "FileNotFound: there is no file 'eco.cu'. Did you mean 'echo.cu'?"],
    ['no/such/kernel.cu', "FileNotFound: there is no file 'no/such/kernel.cu'. There is no folder 'no/such' either."],
    ['folder.cu', "NotAFile: 'folder.cu' is a folder. Name a file in it: folder.cu/inside.cu."],
    ['notes.txt', "UnknownFileKind: 'notes.txt' is neither a kernel (.cu) nor a topology (.ring.json)."],
  ])('%s', async (file, message) => {
    cli.write('folder.cu/inside.cu', '');
    cli.write('notes.txt', 'x');
    await expectError(['run', file], message);
  });

  test('a pipe where a file belongs does not make anybody wait', async (ctx) => {
    if (process.platform === 'win32') ctx.skip('Windows has no named pipes in folders');
    for (const name of ['pipe.ring.json', 'pipe.cu']) {
      execFileSync('mkfifo', [cli.path(name)]);
      await expectError(['run', name], `NotAFile: '${name}' is no file, but a device, a pipe or a socket.`);
    }
    await expectError(['validate', 'pipe.ring.json'], "NotAFile: 'pipe.ring.json' is no file");
    await expectError(['run', '/dev/zero'], "UnknownFileKind: '/dev/zero' is neither a kernel");
  });

  test('a kernel that is not UTF-8', async () => {
    cli.write('latin.cu', Buffer.from('#include <ring_kernel.cuh>\n// caf\xe9\n', 'latin1'));
    await expectError(['run', 'latin.cu'], /latin\.cu:2: error: .*not UTF-8.*0xe9/, { exitCode: 1 });
  });

  test('a topology that is not UTF-8', async () => {
    cli.write('latin.ring.json', Buffer.from('{\n"name": "caf\xe9"}', 'latin1'));
    await expectError(['run', 'latin.ring.json'], 'NotUtf8: latin.ring.json:2: the file is not UTF-8 (byte 0xe9');
  });

  test('a kernel that does not compile: the line and a caret', async () => {
    cli.write(
      'sub/wrong.cu',
      '#include <ring_kernel.cuh>\nstruct M { int32_t a; };\nRING_KERNEL(k);\nRING_ON(k, M) { foo(); }\n',
    );
    const place = /sub\/wrong\.cu:4:17: error: .*foo.*\n +4 \| RING_ON\(k, M\) \{ foo\(\); \}\n +\| {17}\^/;
    await expectError(['run', 'sub/wrong.cu'], place, { exitCode: 1 });
  });

  test('an empty kernel file', async () => {
    cli.write('empty.cu', '');
    await expectError(['run', 'empty.cu'], /empty\.cu/, { exitCode: 1 });
  });

  test('a file without a kernel', async () => {
    cli.write('none.cu', '#include <ring_kernel.cuh>\nstruct M { int32_t a; };\n');
    await expectError(['run', 'none.cu'], /none\.cu/, { exitCode: 1 });
  });

  test('output that cannot be written, or that would overwrite what is read', async () => {
    await expectError(
      [...inject({}), '--output', 'no/folder/out'],
      "OutputNotWritable: --output 'no/folder/out' cannot",
    );
    await expectError([...inject({}), '--output', 'folder.cu'], "OutputNotWritable: --output 'folder.cu' cannot");
    await expectError(
      [...inject({}), '--output', './echo.cu'],
      "OutputNotWritable: --output './echo.cu' and the source 'echo.cu' are one file.",
    );
    await expectError(['types', 'echo.cu', '-o', 'no/types.ts'], "OutputNotWritable: 'no/types.ts' cannot be written");
  });

  test('input that cannot be read', async () => {
    await expectError(['run', 'echo.cu', '--input', 'no.jsonl'], "FileNotFound: there is no file 'no.jsonl'.");
    await expectError(['run', 'echo.cu', '--input', 'folder.cu'], "NotAFile: 'folder.cu' is a folder.");
  });
});

describe.concurrent('names', () => {
  test.each([
    [['--kernel', 'eco'], "KernelNotFound: kernel 'eco' is not loaded. Loaded: echo. Did you mean 'echo'?"],
    [['--to', 'ecko'], "UnknownActor: --inject: There is no actor 'ecko'. Actors: echo. Did you mean 'echo'?"],
    [['--to', 'echo#1'], "UnknownInstance: --inject: There is no actor 'echo#1'; there is only echo#0."],
    [['--type', 'Everythin'], "UnknownType: --inject: No actor handles 'Everythin'. Handled: Everything."],
  ])('%j', async (args, message) => {
    await expectError([...inject({}), ...args], message);
  });

  test('several actors or several messages: the candidates are listed', async () => {
    const query = ['--inject', '{}'];
    await expectError(['run', 'bank.cu', ...query], /AmbiguousRecipient: --inject: .*account.*log/);
    await expectError(['run', 'bank.cu', '--to', 'account', ...query], /AmbiguousType: .*Deposit, Query.*'type'/);
  });

  test('nobody handles anything', async () => {
    cli.write('deaf.cu', '#include <ring_kernel.cuh>\nRING_KERNEL(deaf);\n');
    await expectError(
      ['run', 'deaf.cu', '--inject', '{}'],
      'NoRecipient: --inject: No actor handles any message: deaf.',
    );
  });
});

describe.concurrent('fields', () => {
  test.each([
    ['missing', { small: undefined }, "small: The field 'small' (int8_t) is missing and has no default."],
    ['extra', { smal: 1 }, "smal: Everything has no field 'smal'."],
    ['out of range', { small: 128 }, 'small: 128 is out of range for int8_t (-128 to 127).'],
    ['a fraction', { small: 1.5 }, 'small: Expected an integer (int8_t), found 1.5.'],
    ['NaN where an integer belongs', { small: 'NaN' }, 'small: Expected an integer (int8_t), found the string "NaN".'],
    ['out of range, 64 bits', { wide: '18446744073709551616' }, 'wide: '],
    ['bool 2', { flag: 2 }, 'flag: Expected true or false (bool), found 2.'],
    ['float out of range', { ratio: 1e39 }, 'ratio: '],
    ['text too long', { name: 'ééééé' }, 'name: The text takes 10 bytes of UTF-8; ring::text<8> holds 8.'],
    [
      'list too long',
      { items: [1, 2, 3, 4] },
      'items: 4 elements do not fit into ring::list<int16_t, 3>, which holds 3.',
    ],
    ['unknown enumerator', { mode: 'fats' }, 'mode: '],
    ['inside a struct', { point: { x: 1, z: 1 } }, "point.z: Point has no field 'z'."],
    ['null', { point: null }, 'point: Expected an object (Point), found null.'],
  ])('%s', async (_, fields, message) => {
    await expectError(inject(fields), `error: InvalidMessage: --inject: invalid Everything: ${message}`);
  });

  test('several problems of a message stand below each other', async () => {
    const message = /invalid Everything:\n {2}small: 128 is out of range.*\n {2}flag: Expected true or false.*\n$/;
    await expectError(inject({ small: 128, flag: 2 }), message);
  });

  test('a message that is not an object', async () => {
    await expectError(['run', 'echo.cu', '--inject', '[1]'], 'Expected an object (Everything), found an array of 1.');
  });
});

describe.concurrent('JSON lines', () => {
  const good = `${JSON.stringify({ message: { kind: 0 } })}\n`;
  const send = ['run', 'faults.cu', '--kernel', 'fragile', '--input', '-'];
  test.each([
    ['broken JSON', '{"message": {"kind": 0}', /BrokenJson: <stdin>:2:\d+: This is not JSON/],
    ['NaN', '{"message": {"kind": NaN}}', /BrokenJson: <stdin>:2:22: This is not JSON/],
    ['not an object', '[1]', 'InvalidInput: <stdin>:2: expected an object, found an array of 1.'],
    ['an unknown key', '{"mesage": {}}', "<stdin>:2: unknown key 'mesage'. Did you mean 'message'?"],
    ['no message', '{"to": "fragile"}', "<stdin>:2: the key 'message' is missing."],
    ['a number for an actor', '{"to": 1, "message": {}}', "<stdin>:2: 'to' is a string, not 1."],
    ['not UTF-8', Buffer.from([0x22, 0xff, 0x22]), 'NotUtf8: <stdin>:2: the line is not UTF-8.'],
    ['an unknown actor', '{"to": "fragle", "message": {"kind": 0}}', "<stdin>:2: There is no actor 'fragle'."],
  ])('%s', async (_, line, message) => {
    const stdin = Buffer.concat([Buffer.from(good), Buffer.from(line), Buffer.from('\n')]);
    const { exitCode, results, stderr } = await cli.run(send, { stdin });
    if (typeof message === 'string') expect(stderr).toContain(message);
    else expect(stderr).toMatch(message);
    expect(results).toMatchObject([{ message: { value: 0 } }]);
    expect(exitCode).toBe(2);
  });

  test('--inject that is not JSON shows what arrived', async () => {
    await expectError(
      ['run', 'echo.cu', '--inject', '{small:1}'],
      /BrokenJson: --inject, column 2: .*It arrived as: \{small:1\}/,
    );
  });
});

describe.concurrent('topologies', () => {
  test('broken JSON, with its line', async () => {
    cli.write('broken.ring.json', '{\n  "version": 1,\n  "actors": [}\n}');
    await expectError(['run', 'broken.ring.json'], /broken\.ring\.json:3:14: error: This is not JSON/);
  });

  test('JSON that is not an object', async () => {
    cli.write('list.ring.json', '[]');
    await expectError(['run', 'list.ring.json'], 'list.ring.json:1:1: error: A topology is a JSON object.');
  });

  const other = { ...actor, id: 'b' };
  test.each([
    ['a newer version', { version: 2 }, /:2:3: error: This topology has version 2; .*\[newer-version\]/],
    ['no actors', { actors: [] }, /The topology has no actors/],
    ['a missing field', { actors: [{ id: 'a', kernel: 'echo' }] }, /The field 'source' is missing/],
    ['an unknown field', { actors: [{ ...actor, kernal: 1 }] }, /Did you mean 'kernel'\?/],
    ['duplicate ids', { actors: [actor, actor] }, /The id 'a' is already taken by actors\[0\]/],
    ['an unknown kernel', { actors: [{ ...actor, kernel: 'eco' }] }, /echo\.cu has no kernel 'eco'/],
    ['a missing source', { actors: [{ ...actor, source: 'eco.cu' }] }, /:\d+:\d+: error: .*no file 'eco\.cu'/],
    ['a source outside', { actors: [{ ...actor, source: '../echo.cu' }] }, /The path leaves the project/],
    ['an absolute source', { actors: [{ ...actor, source: '/etc/passwd' }] }, /The path leaves the project/],
    ['a channel to nowhere', { channels: [{ from: 'a.out', to: 'z' }] }, /There is no actor 'z'/],
    ['a channel from nowhere', { channels: [{ from: 'z.out', to: 'a' }] }, /There is no actor 'z'/],
    ['an unknown output', { channels: [{ from: 'a.out', to: 'a' }] }, /'a' has no output 'out'/],
    [
      'capacity 100',
      { actors: [{ ...actor, queue: { capacity: 100 } }] },
      /100 is not a power of two. The nearest is 128/,
    ],
    ['capacity 8', { actors: [{ ...actor, queue: { capacity: 8 } }] }, /8 is too small: at least 16/],
    ['a policy that there is not', { actors: [{ ...actor, queue: { overflow: 'dropRandom' } }] }, /dropRandom/],
    [
      'a wide block',
      { actors: [{ ...actor, block: 256 }] },
      /actor 'a' asks for 256 threads, but kernel 'echo' is compiled for one/,
    ],
    ['a bad message to inject', { inject: [{ message: { small: 'x' } }] }, /:\d+:\d+: error: .*found the string "x"/],
    [
      'nobody to inject into',
      { actors: [actor, other], inject: [{ message: valid }] },
      /not clear who gets the message/,
    ],
  ])('%s', async (_, document, message) => {
    await expectError(['run', topology(document)], message);
  });

  test('more memory than fits: the sum and the largest parts', async () => {
    const actors = [{ ...actor, instances: 100, queue: { capacity: 1_048_576 } }];
    await expectError(['run', topology({ actors })], /OutOfMemory: 100 actors need .* GiB; .* Largest parts: a#\d+: /);
  });

  test('messages of one name and two layouts: both are shown', async () => {
    const sender =
      '#include <ring_kernel.cuh>\nstruct Go { int32_t n; };\nstruct Value { float v; };\nRING_KERNEL(sender);\n';
    const end = 'RING_ON(receiver, Value) {}\n';
    cli.write(
      'send.cu',
      `${sender}RING_OUTPUT(sender, out, Value);\nRING_ON(sender, Go) { ctx.emit(out, Value{1}); }\n`,
    );
    cli.write('receive.cu', `#include <ring_kernel.cuh>\nstruct Value { double v; };\nRING_KERNEL(receiver);\n${end}`);
    const actors = [
      { id: 's', kernel: 'sender', source: 'send.cu' },
      { id: 'r', kernel: 'receiver', source: 'receive.cu' },
    ];
    const file = topology({ actors, channels: [{ from: 's.out', to: 'r' }] });
    await expectError(['run', file], /'v' is float in 's\.out', double in 'r'/);
    await expectError(['validate', file], /Value: 4 bytes[^]*@0 +float v[^]*Value: 8 bytes[^]*@0 +double v/);
  });

  test('a source, or an include, that a symbolic link leads out of the project', async () => {
    mkdirSync(cli.path('project'));
    symlinkSync('../echo.cu', cli.path('project/link.cu'));
    symlinkSync('../echo.cu', cli.path('project/link.cuh'));
    cli.write('project/including.cu', '#include "link.cuh"\n');
    const actors = [{ id: 'a', kernel: 'echo', source: 'link.cu' }];
    cli.write('project/link.ring.json', JSON.stringify({ version: 1, actors }));
    await expectError(['run', 'project/link.ring.json'], /link\.cu.*outside/);
    await expectError(['run', 'project/including.cu'], /including\.cu:1:.*outside/, { exitCode: 1 });
  });
});
