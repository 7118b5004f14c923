import { existsSync, readFileSync } from 'node:fs';
import { afterAll, describe, expect, test, vi } from 'vitest';

import { CliFixture } from '../cli.fixture.ts';
import { writeNpy } from '../../host/functions/npy.ts';

const kernels = `struct Point { float x; float y = 2; };
enum class Mode : unsigned char { add, subtract };
/// Of every element.
__constant__ float factor = 1;
__device__ long long total;
/// Multiplies.
__global__ void scale(float* data, float by, unsigned n) {
  const unsigned i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < n) data[i] *= by * factor;
}
template <class T> __global__ void sum(const T* a, const T* b, T* out) { out[threadIdx.x] = a[threadIdx.x] + b[threadIdx.x]; }
template __global__ void sum<long long>(const long long*, const long long*, long long*);
__global__ void points(const Point* in, Mode mode, Point offset, float2* out) {
  const Point p = in[threadIdx.x];
  const float sign = mode == Mode::add ? 1 : -1;
  out[threadIdx.x] = make_float2(p.x + sign * offset.x, p.y + sign * offset.y);
  total += 1;
}
__global__ void divide(int by, int* out) { out[threadIdx.x] = 7 / (by - int(threadIdx.x)); }  // 21
__global__ void spin(volatile int* out) { while (out[0] == 0) {} }
__global__ void say() { printf("thread %u\\n", threadIdx.x); }
`;
const cli = new CliFixture({
  'k.cu': kernels,
  'one.cu': '__global__ void only(int* out) { out[0] = 42; }\n',
  'actor.cu': '#include <ring_kernel.cuh>\nstruct M { int a; };\nRING_KERNEL(k);\nRING_ON(k, M) {}\n',
  'host.cu': '__global__ void f() {}\nint main() { f<<<1, 1>>>(); }\n',
  'in.npy': writeNpy({ scalar: 'f32', length: 3, bytes: new Uint8Array(Float32Array.of(1, 2, 3).buffer) }),
  'wide.npy': writeNpy({ scalar: 'f64', length: 1, bytes: new Uint8Array(8) }),
  'in.json': '[[1, 2.5], ["NaN"]]',
  'bad.json': '[1, ',
  'object.json': '{}',
  'broken.npy': 'not numpy',
});
vi.setConfig({ testTimeout: 60_000 });
afterAll(() => {
  cli[Symbol.dispose]();
});

const shape = ['--grid', '1', '--block', '4'];
const scale = ['exec', 'k.cu', '--function', 'scale', ...shape];

describe('exec', () => {
  test('runs a function, and shows and saves what it wrote', async () => {
    const args = ['--arg', '@in.npy', '--arg', 'float:0.1', '--arg', '3', '--symbol', 'factor=2'];
    const { exitCode, stdout, stderr } = await cli.run([
      ...[...scale, ...args, '--print', 'data', '--print', 'factor', '--save', '1=out.npy', '--save', 'data=out.json'],
    ]);
    expect(stderr).toBe('');
    const [figures, ...lines] = stdout.trimEnd().split('\n');
    expect(JSON.parse(figures!)).toEqual({
      ...{ function: 'scale', device: 'cpu', durationMs: expect.any(Number) as number, blocks: 1, threads: 4 },
    });
    expect(lines).toEqual([
      '{"argument":1,"name":"data","type":"float","values":[0.2,0.4,0.6]}',
      '{"symbol":"factor","type":"float","value":2}',
    ]);
    expect(readFileSync(cli.path('out.json'), 'utf8')).toBe('[0.2,0.4,0.6]\n');
    const again = await cli.run([...scale, '--arg', '@out.npy', '--arg', '10', '--arg', '3', '--print', '1']);
    expect(again.results[1]).toMatchObject({ values: [2, 4, 6] });
    expect(exitCode).toBe(0);
  });

  test('contents of every kind, and the same for the same seed', async () => {
    const print = async (contents: string, ...more: string[]): Promise<unknown> => {
      const args = ['--arg', contents, '--arg', '1', '--arg', '4', '--print', '1'];
      return (await cli.run([...scale, ...args, ...more])).results[1]?.['values'];
    };
    expect(await print('float[4]=iota')).toEqual([0, 1, 2, 3]);
    expect(await print('float[2]=ones')).toEqual([1, 1]);
    expect(await print('float[]=[1.5,"-Infinity"]')).toEqual([1.5, '-Infinity']);
    expect(await print('float[]=@in.json')).toEqual([1, 2.5, 'NaN']);
    const random = await print('float[3]=random', '--seed', '5');
    expect(random).toEqual(await print('float[3]=random:5'));
    expect(random).not.toEqual(await print('float[3]=random:6'));
  });

  test('templates, wide integers, structs, enumerators, vectors and the same buffer twice', async () => {
    const wide = await cli.run([
      ...['exec', 'k.cu', '--function', 'sum<long long>', '--grid', '1', '--block', '2'],
      ...[
        '--arg',
        'int64_t[]=["9007199254740993", 1]',
        '--arg',
        'same:1',
        '--arg',
        'long long[2]=zeros',
        '--print',
        'out',
      ],
    ]);
    expect(wide.results[1]).toMatchObject({ type: 'int64_t', values: ['18014398509481986', 2] });
    const points = await cli.run([
      ...['exec', 'k.cu', '--function', 'points', '--grid', '1', '--block', '2'],
      ...['--arg', 'Point[]=[{"x": 1}, {"x": 2, "y": 0}]', '--arg', '"subtract"', '--arg', '{"x": 0.5}'],
      ...['--arg', 'float2[2]=zeros', '--print', 'out', '--print', 'in', '--print', 'total'],
    ]);
    expect(points.stderr).toBe('');
    expect(points.results.slice(1)).toEqual([
      { argument: 4, name: 'out', type: 'float', values: [0.5, 0, 1.5, -2] },
      {
        argument: 1,
        name: 'in',
        type: 'Point',
        values: [
          { x: 1, y: 2 },
          { x: 2, y: 0 },
        ],
      },
      { symbol: 'total', type: 'int64_t', value: 2 },
    ]);
  });

  test('the only function needs no name; --list says what there is', async () => {
    const { results } = await cli.run(['exec', 'one.cu', ...shape, '--arg', 'int[1]=zeros', '--print', '1']);
    expect(results[1]).toMatchObject({ values: [42] });
    const list = await cli.run(['exec', 'k.cu', '--list']);
    expect(list.results[0]).toEqual({
      function: 'scale',
      parameters: [
        { name: 'data', type: 'float *', takes: 'float[]' },
        { name: 'by', type: 'float', takes: 'float' },
        { name: 'n', type: 'unsigned int', takes: 'uint32_t' },
      ],
      doc: 'Multiplies.',
      at: 'k.cu:7',
    });
    expect(list.results.slice(-2)).toEqual([
      { symbol: 'factor', type: 'float', doc: 'Of every element.', at: 'k.cu:4' },
      { symbol: 'total', type: 'int64_t', at: 'k.cu:5' },
    ]);
  });

  test('other commands know plain files', async () => {
    const [check, describe, run] = await Promise.all([
      cli.run(['check', 'k.cu', 'one.cu']),
      cli.run(['describe', 'k.cu']),
      cli.run(['run', 'k.cu']),
    ]);
    expect(check.stdout).toBe('k.cu: ok, 6 functions\none.cu: ok, 1 function (only)\n');
    expect(describe.stdout).toContain(
      'function scale   k.cu:7\n  Multiplies.\n  takes    float * data, float by, unsigned int n\n',
    );
    expect(describe.stdout).toContain('symbol factor   float, 4 bytes\n  Of every element.\n');
    expect([run.exitCode, run.stderr]).toEqual([2, expect.stringContaining('ringstudio exec k.cu --list')]);
  });

  test('a fault is a line with its place and exit code 1, the time limit exit code 4; prints go to stderr', async () => {
    const divide = ['exec', 'k.cu', '--function', 'divide', ...shape, '--arg', '2', '--arg', 'int[4]=zeros'];
    const [fault, spin, say] = await Promise.all([
      cli.run([...divide, '--print', '2', '--save', '2=never.npy']),
      cli.run(['exec', 'k.cu', '--function', 'spin', ...shape, '--arg', 'int[1]=zeros', '--time-limit', '100']),
      cli.run(['exec', 'k.cu', '--function', 'say', '--grid', '1', '--block', '2']),
    ]);
    const place = { at: 'k.cu:19', block: [0, 0, 0], thread: [2, 0, 0] };
    expect(fault.reports).toMatchObject([{ failed: 'divide', cause: 'divide-by-zero', ...place }]);
    expect([fault.exitCode, fault.stdout, existsSync(cli.path('never.npy'))]).toEqual([1, '', false]);
    expect(fault.stderr).toContain("error: ProgramFailed: 'divide' failed: divide-by-zero at k.cu:19");
    expect([spin.exitCode, spin.reports[0]?.['cause']]).toEqual([4, 'runaway']);
    expect(spin.stderr).toContain('Give it more time: --time-limit MS.');
    expect([say.exitCode, say.stderr]).toEqual([
      0,
      'say (block 0, thread 0): thread 0\nsay (block 0, thread 1): thread 1\n',
    ]);
  });

  test('an interrupt ends it with 130', async () => {
    const args = ['--arg', 'int[1]=zeros', '--time-limit', '50000'];
    const { exitCode } = await cli.run(['exec', 'k.cu', '--function', 'spin', ...shape, ...args], {
      during: (child) => {
        setTimeout(() => child.kill('SIGINT'), 5000);
      },
    });
    expect(exitCode).toBe(130);
  });
});

const three = ['--arg', 'float[4]=zeros', '--arg', '1', '--arg', '4'];

describe('exec refuses, before anything runs,', () => {
  const cases: readonly (readonly [what: string, args: readonly string[], exitCode: number, message: string])[] = [
    ['no file', ['exec'], 2, "'exec' needs a CUDA file (.cu)"],
    [
      'a file that is not there',
      ['exec', 'kk.cu', ...shape],
      2,
      "FileNotFound: there is no file 'kk.cu'. Did you mean 'k.cu'?",
    ],
    ['a topology', ['exec', 't.ring.json', ...shape], 2, "NotAKernel: 't.ring.json' is a topology"],
    ['another kind of file', ['exec', 'in.npy', ...shape], 2, 'UnknownFileKind'],
    ['no grid', ['exec', 'k.cu', '--block', '4'], 2, "MissingOption: 'exec' needs --grid"],
    ['no block', ['exec', 'k.cu', '--grid', '4'], 2, "MissingOption: 'exec' needs --block"],
    ['a bad grid', ['exec', 'k.cu', '--grid', '1,x', '--block', '1'], 2, "not '1,x'"],
    ['four dimensions', ['exec', 'k.cu', '--grid', '1,1,1,1', '--block', '1'], 2, "not '1,1,1,1'"],
    [
      'a block beyond the limit',
      [...scale, ...three, '--block', '2048'].filter((_, i) => ![6, 7].includes(i)),
      2,
      'block.x is 2048',
    ],
    ['an unknown option', [...scale, '--blok', '4'], 2, "has no option '--blok'. Did you mean '--block'?"],
    ['several functions', ['exec', 'k.cu', ...shape], 2, 'Choose one with --function: scale, sum<long long>'],
    [
      'an unknown function',
      ['exec', 'k.cu', '--function', 'scal', ...shape],
      2,
      "FunctionNotFound: there is no function 'scal'",
    ],
    ['actors only', ['exec', 'actor.cu', ...shape], 2, 'actor.cu has no __global__ function'],
    ['host code', ['exec', 'host.cu', ...shape], 1, "'main' is code for CUDA's host side"],
    ['too few arguments', [...scale, '--arg', '1'], 2, "'scale' takes 3 arguments, and got 1"],
    [
      'a value for a pointer',
      [...scale, '--arg', '1', '--arg', '1', '--arg', '1'],
      2,
      "argument 1 of 'scale', float * data: it takes a buffer",
    ],
    [
      'a buffer for a value',
      [...scale, '--arg', 'float[1]=zeros', '--arg', 'float[1]=zeros', '--arg', '1'],
      2,
      'it takes a value, and no buffer',
    ],
    [
      'another type',
      [...scale, '--arg', 'float[1]=zeros', '--arg', 'int:1', '--arg', '1'],
      2,
      'the parameter is float, and the argument int32_t',
    ],
    [
      'elements of another type',
      [...scale, '--arg', 'int[1]=zeros', '--arg', '1', '--arg', '1'],
      2,
      'it takes a buffer of float',
    ],
    [
      'a number out of range',
      [...scale, '--arg', 'float[1]=zeros', '--arg', '1', '--arg', '-1'],
      2,
      '-1 is out of range',
    ],
    [
      'an unknown type',
      [...scale, '--arg', 'floot[1]=zeros', '--arg', '1', '--arg', '1'],
      2,
      "there is no type 'floot'",
    ],
    [
      'a wide .npy',
      [...scale, '--arg', 'float[]=@wide.npy', '--arg', '1', '--arg', '1'],
      2,
      'the file holds double, and not float',
    ],
    [
      'a short .npy',
      [...scale, '--arg', 'float[4]=@in.npy', '--arg', '1', '--arg', '1'],
      2,
      'it is to have 4 numbers, and has 3',
    ],
    [
      'no such .npy',
      [...scale, '--arg', '@out-of-sight.npy', '--arg', '1', '--arg', '1'],
      2,
      "there is no file 'out-of-sight.npy'",
    ],
    [
      'what is no .npy',
      [...scale, '--arg', '@broken.npy', '--arg', '1', '--arg', '1'],
      2,
      "'broken.npy' is no .npy file",
    ],
    ['broken JSON', [...scale, '--arg', 'float[]=@bad.json', '--arg', '1', '--arg', '1'], 2, 'BrokenJson: bad.json:1'],
    [
      'JSON without an array',
      [...scale, '--arg', 'float[]=@object.json', '--arg', '1', '--arg', '1'],
      2,
      'object.json holds no array',
    ],
    [
      'an argument after itself',
      [...scale, '--arg', 'same:1', '--arg', '1', '--arg', '1'],
      2,
      'argument 1 is no buffer before it',
    ],
    [
      'more memory than there is',
      [...scale, '--arg', 'float[900000000]=zeros', '--arg', '1', '--arg', '1'],
      2,
      'OutOfMemory',
    ],
    [
      'more than a buffer can hold',
      [...scale, '--arg', 'float[9999999999]=iota', '--arg', '1', '--arg', '4'],
      2,
      "InvalidBuffer: buffer 'argument 1': 9999999999 elements",
    ],
    [
      'an unknown symbol',
      [...scale, ...three, '--symbol', 'facter=1'],
      2,
      "SymbolNotFound: there is no symbol 'facter'",
    ],
    ['a wrong value for a symbol', [...scale, ...three, '--symbol', 'factor="x"'], 2, "symbol 'factor' (float)"],
    ['a symbol without a value', [...scale, ...three, '--symbol', 'factor'], 2, '--symbol takes NAME=VALUE'],
    [
      'an iota that does not fit',
      [...scale, '--arg', 'int8_t[129]=iota', '--arg', '1', '--arg', '4'],
      2,
      'iota goes beyond int8_t at element 128',
    ],
    ['a print of nothing', [...scale, ...three, '--print', 'dta'], 2, "--print 'dta': there is none of that name"],
    ['a print of a value', [...scale, ...three, '--print', '2'], 2, "'by' is a value, and no buffer"],
    ['a print beyond', [...scale, ...three, '--print', '4'], 2, "'scale' has 3 parameters"],
    ['a save of a value', [...scale, ...three, '--save', '2=x.npy'], 2, '--save 2: that is no buffer. Buffers: 1.'],
    [
      'a save as something else',
      [...scale, ...three, '--save', '1=x.csv'],
      2,
      "'x.csv' is neither a .npy nor a .json file",
    ],
    ['an unknown device', [...scale, ...three, '--device', 'gpu'], 2, "--device takes cpu, cuda; not 'gpu'"],
    [
      'a device that is not there',
      [...scale, ...three, '--device', 'cuda'],
      3,
      "DeviceNotAvailable: the device 'cuda' is not available: ",
    ],
  ];
  test.each(cases)('%s', async (_, args, exitCode, message) => {
    const result = await cli.run(args);
    expect(result.stderr).toContain(message);
    expect([result.exitCode, result.stdout]).toEqual([exitCode, '']);
  });

  test('a folder that files cannot be saved in is told after the run', async () => {
    const { exitCode, stderr } = await cli.run([...scale, ...three, '--save', '1=nowhere/x.npy']);
    expect([exitCode, stderr]).toEqual([2, expect.stringContaining("OutputNotWritable: --save 'nowhere/x.npy'")]);
  });
});
