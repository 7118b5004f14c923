import { readFileSync, readdirSync } from 'node:fs';
import { afterAll, describe, expect, test, vi } from 'vitest';
import { CliFixture } from './cli.fixture.ts';
import { bank, echo, tickerTopology, ticker } from './test-kernels.fixture.ts';

const cli = new CliFixture({
  'echo.cu': echo,
  'bank.cu': bank,
  'ticker.cu': ticker,
  'ticker.ring.json': tickerTopology,
  'wrong.cu': '#include <ring_kernel.cuh>\nstruct M { int32_t a; };\nRING_KERNEL(k);\nRING_ON(k, M) { foo(); }\n',
});
afterAll(() => {
  cli[Symbol.dispose]();
});

vi.setConfig({ testTimeout: 60_000 });

const parse = (json: string): Record<string, unknown> => JSON.parse(json) as Record<string, unknown>;

describe.concurrent('help', () => {
  test('the overview names every command, and each command explains itself', async () => {
    const overview = await cli.run(['--help']);
    expect([overview.exitCode, overview.stderr]).toEqual([0, '']);
    const names = [...overview.stdout.matchAll(/^ {2}([a-z-]+) {2,}/gm)].map(([, name]) => name!);
    expect(names).toEqual([
      ...[
        'run',
        'exec',
        'compare',
        'check',
        'validate',
        'describe',
        'types',
        'precompile',
        'serve',
        'doctor',
        'verify-cuda',
        'tour',
      ],
    ]);
    await Promise.all(
      names.map(async (name) => {
        const { exitCode, stdout } = await cli.run([name, '--help']);
        expect(exitCode).toBe(0);
        expect(stdout).toContain(`Usage: ringstudio ${name}`);
        expect(stdout).toMatch(/Options:\n[^]*Examples:\n/);
      }),
    );
  });

  test('help NAME is the same as NAME --help', async () => {
    const [one, other] = await Promise.all([cli.run(['help', 'check']), cli.run(['check', '--help'])]);
    expect(one).toEqual(other);
  });

  test('--version is the version of the package', async () => {
    const manifest = parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
    expect((await cli.run(['--version'])).stdout).toBe(`${String(manifest['version'])}\n`);
  });
});

describe.concurrent('check and validate', () => {
  test('what is well', async () => {
    const { exitCode, stdout, stderr } = await cli.run(['check', 'echo.cu', 'bank.cu', 'ticker.ring.json']);
    expect(stderr).toBe('');
    expect(stdout).toBe(
      'echo.cu: ok, 1 kernel (echo)\nbank.cu: ok, 2 kernels\nticker.ring.json: ok, 1 actor, 1 channel\n',
    );
    expect(exitCode).toBe(0);
    expect((await cli.run(['validate', 'ticker.ring.json'])).stdout).toBe('ticker.ring.json: ok, 1 actor, 1 channel\n');
  });

  test('one file of several that does not compile', async () => {
    const { exitCode, stdout, stderr } = await cli.run(['check', 'wrong.cu', 'echo.cu']);
    expect(stderr).toContain('wrong.cu:4:17: error: ');
    expect(stderr).toContain('error: CompileFailed: wrong.cu does not compile: 1 error.\n');
    expect(stdout).toBe('echo.cu: ok, 1 kernel (echo)\n');
    expect(exitCode).toBe(1);
  });

  test('as JSON', async () => {
    const { exitCode, stdout, stderr } = await cli.run(['check', 'wrong.cu', '--format', 'json']);
    expect([exitCode, stderr]).toEqual([1, '']);
    expect(parse(stdout)).toMatchObject({
      ok: false,
      problems: [{ severity: 'error', code: 'compile-error', location: { file: 'wrong.cu', line: 4, column: 17 } }],
    });
    expect(parse((await cli.run(['check', 'echo.cu', '--format', 'json'])).stdout)).toEqual({ ok: true, problems: [] });
  });

  test('as SARIF', async () => {
    const { exitCode, stdout } = await cli.run(['check', 'wrong.cu', '--format', 'sarif']);
    expect(exitCode).toBe(1);
    const [run] = parse(stdout)['runs'] as { results: object[] }[];
    const region = { startLine: 4, startColumn: 17 };
    expect(run?.results).toMatchObject([
      { level: 'error', locations: [{ physicalLocation: { artifactLocation: { uri: 'wrong.cu' }, region } }] },
    ]);
  });
});

describe.concurrent('describe', () => {
  test('kernels, messages, outputs, state and layouts for people', async () => {
    const { stdout } = await cli.run(['describe', 'bank.cu']);
    expect(stdout).toContain(
      'kernel account   bank.cu:6\n  handles  Deposit, Query\n  outputs  changes: Balance\n  state    AccountState\n',
    );
    const everything = (await cli.run(['describe', 'echo.cu'])).stdout;
    expect(everything).toMatch(/^struct Everything {3}56 bytes, aligned to 8, id 0x[0-9a-f]{8}$/m);
    expect(everything).toMatch(/^ +24 +12 {2}ring::text<8> +name +-$/m);
    expect(everything).toMatch(/^ +8 +8 {2}uint64_t +wide +"18446744073709551615"$/m);
    expect(everything).toMatch(/^enum Mode: uint8_t\n +0 +slow\n +1 +fast$/m);
  });

  test('as JSON', async () => {
    const description = parse((await cli.run(['describe', 'bank.cu', '--json'])).stdout);
    expect(description).toMatchObject({
      file: 'bank.cu',
      kernels: [
        {
          name: 'account',
          handles: ['Deposit', 'Query'],
          outputs: [{ name: 'changes', message: 'Balance' }],
          state: 'AccountState',
          block: 1,
          grid: 1,
          location: { file: 'bank.cu', line: 6 },
        },
        { name: 'log', handles: ['Balance'], outputs: [], state: null },
      ],
    });
    const balance = (description['structs'] as { name: string }[]).find(({ name }) => name === 'Balance');
    expect(balance).toMatchObject({
      sizeBytes: 16,
      alignBytes: 8,
      fields: [
        { name: 'cents', type: 'int64_t', offset: 0, sizeBytes: 8 },
        { name: 'account', type: 'uint32_t', offset: 8, sizeBytes: 4 },
      ],
    });
  });
});

describe.concurrent('types', () => {
  test('an interface for each message, in a file or on stdout', async () => {
    const { exitCode } = await cli.run(['types', 'echo.cu', 'ticker.ring.json', '-o', 'messages.ts']);
    expect(exitCode).toBe(0);
    const text = readFileSync(cli.path('messages.ts'), 'utf8');
    expect(text).toContain('export interface EverythingInput {');
    expect(text).toContain('export interface Tick {');
    expect(readdirSync(cli.folder).filter((name) => name.endsWith('.tmp'))).toEqual([]);
    expect((await cli.run(['types', 'echo.cu', 'ticker.ring.json'])).stdout).toBe(text);
  });
});

describe.concurrent('doctor and tour', () => {
  test('the doctor compiles and runs a kernel', async () => {
    const { exitCode, stdout } = await cli.run(['doctor', '--json']);
    expect(exitCode).toBe(0);
    const report = parse(stdout) as unknown as { ok: boolean; checks: { name: string; status: string }[] };
    const needed = ['Node.js', 'shared memory', 'compiler', 'CPU device', 'cache'];
    expect(report.ok).toBe(true);
    expect(report.checks.filter(({ name }) => needed.includes(name)).map(({ status }) => status)).toEqual(
      needed.map(() => 'ok'),
    );
  });

  test('the doctor says what was found of CUDA, and for what was not, why', async () => {
    const { exitCode, stdout } = await cli.run(['doctor'], { env: { RINGSTUDIO_CUDA_LIBRARY: cli.path('echo.cu') } });
    expect(exitCode).toBe(0);
    if (/^- +native addon /m.test(stdout)) return expect(stdout).not.toContain('CUDA driver');
    for (const name of ['CUDA devices', 'NVRTC', 'NVML']) expect(stdout).toContain(name);
    expect(stdout).toMatch(/^- +CUDA driver +not found \(.*echo\.cu: \S.*\): runs kernels/m);
  });

  test('a cache that cannot be written is a warning', async () => {
    const { exitCode, stdout } = await cli.run(['doctor'], { env: { RINGSTUDIO_CACHE_DIR: cli.path('echo.cu') } });
    expect(stdout).toMatch(/^warning +cache .*cannot be written/m);
    expect(exitCode).toBe(0);
  });

  test('the tour runs samples', async () => {
    const { exitCode, stdout, stderr } = await cli.run(['tour', 'vector_add', 'running_mean']);
    expect([exitCode, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(
      /── vector_add ─+\n\S.*\n[^]*\n\$ ringstudio run .*topology\.ring\.json\n\{"from":"vector_add#0"/,
    );
    expect(stdout).toContain('── running_mean');
  });
});
