import { createRequire } from 'node:module';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { toAddonError } from '../bindings/addon-error.ts';
import { loadAddon } from '../bindings/load-addon.ts';
import { FakeLibraries, nativeDir, needsAddon } from './fake-libraries.ts';
import { COMPILE_MS, RecordingDrivers } from './recording-driver.fixture.ts';

// The addon's functions themselves, called as no TypeScript would let one.

type Native = Record<string, (...args: readonly unknown[]) => unknown>;

const drivers = new RecordingDrivers();
const libraries = new FakeLibraries();
const missing = process.env['RINGSTUDIO_TEST_NATIVE_MISSING'];
let native: Native;
let handles: Record<'context' | 'host' | 'memory' | 'module' | 'function' | 'compiler' | 'watch', number>;

function page(): Uint8Array {
  return new Uint8Array(new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true }).buffer);
}

beforeAll(async () => {
  if (missing !== undefined || process.platform === 'win32') return;
  const loaded = loadAddon(nativeDir);
  if (!loaded.ok) throw new Error(loaded.reason);
  native = createRequire(import.meta.url)(loaded.addon.path) as Native;
  const { cuda } = loaded.addon;
  const { context } = await cuda.openContext({ libraries: [(await drivers.create()).path], ordinal: 0 });
  const { module } = await cuda.loadModule(context, Buffer.from('.ptx'));
  handles = {
    context,
    host: await cuda.registerMemory(context, page()),
    memory: await cuda.allocateMemory(context, 4096),
    module,
    function: (await cuda.getFunction(module, 'ring_a')).function,
    compiler: (await cuda.openCompiler([await libraries.nvrtc()])).compiler,
    watch: native['watchWord']!(new Int32Array(page().buffer), 0, 1000, 1000, () => undefined) as number,
  };
}, COMPILE_MS);
afterAll(() => {
  drivers[Symbol.dispose]();
  libraries[Symbol.dispose]();
});
beforeEach(needsAddon);

const bytes = new Uint8Array(16);
const end = (): void => undefined;
const sizes = [1, 1, 1, 32, 1, 1];

/** Good arguments of each function, by the kind of handle where one is due. */
const calls: Readonly<Record<string, readonly unknown[]>> = {
  openContext: [['/no/such/library.so'], 0, 0, 0],
  closeContext: ['context'],
  contextState: ['context'],
  memoryInfo: ['context'],
  setLimit: ['context', 'heap', 1024],
  synchronize: ['context'],
  expectEnd: ['context'],
  registerMemory: ['context', page()],
  mapMemory: ['context', 'host'],
  allocateMemory: ['context', 64],
  writeMemory: ['memory', 0, bytes],
  writeAddress: ['memory', 0, 'host', 0],
  readMemory: ['memory', 0, 8],
  fillMemory: ['memory', 0, 8, 0],
  copyMemory: ['host', 0, 'memory', 0, 8],
  release: ['memory'],
  loadModule: ['context', bytes],
  getFunction: ['module', 'ring_a'],
  getGlobal: ['module', 'ring_arena_base'],
  occupancy: ['function', 32, 0],
  launch: ['function', sizes, 0, false, false, bytes, [0], [], end],
  openCompiler: [['/no/such/library.so']],
  compile: ['compiler', 'a.cu', '', [], [], [], [], false],
  watchWord: [new Int32Array(page().buffer), 0, 20, 500, end],
  unwatch: ['watch'],
  watchFigures: ['watch'],
};
const kinds = ['context', 'host', 'memory', 'module', 'function', 'compiler', 'watch'] as const;
type Kind = (typeof kinds)[number];
const isKind = (value: unknown): value is Kind => kinds.includes(value as Kind);

/** What is thrown, or what the promise is rejected with. */
async function refusal(name: string, args: readonly unknown[]): Promise<unknown> {
  try {
    await native[name]!(...args.map((value) => (isKind(value) ? handles[value] : value)));
  } catch (error) {
    return toAddonError(error);
  }
  return undefined;
}

const withHandles = Object.entries(calls).flatMap(([name, args]) =>
  args.flatMap((value, index) => (isKind(value) ? [[name, index, value] as const] : [])),
);

describe('a handle', () => {
  test.each(withHandles)('%s does not take another kind in place %i', async (name, index, kind) => {
    // Memory of both kinds may be meant.
    const takesBoth = ['release', 'copyMemory'].includes(name) || (name === 'writeAddress' && index === 2);
    const isMeant = (other: Kind): boolean =>
      other === kind ||
      (takesBoth && (other === 'memory' || other === 'host')) ||
      (name === 'release' && (other === 'module' || other === 'function'));
    for (const other of kinds.filter((candidate) => !isMeant(candidate))) {
      const error = await refusal(name, calls[name]!.with(index, other));
      expect(error).toMatchObject({ name: 'RING_WRONG_KIND', class: 'programmer', code: null });
    }
  });

  test.each(withHandles)('%s does not take what is none in place %i', async (name, index, kind) => {
    const handle = handles[kind];
    for (const value of [
      undefined,
      null,
      '5',
      {},
      [],
      5n,
      NaN,
      Infinity,
      -1,
      0,
      1,
      0.5,
      handle + 0.5,
      2 ** 53,
      -handle,
    ]) {
      expect(await refusal(name, calls[name]!.with(index, value))).toMatchObject({ name: 'RING_NOT_A_HANDLE' });
    }
    expect(await refusal(name, calls[name]!.with(index, handle + 2 ** 16))).toMatchObject({
      name: 'RING_STALE_HANDLE',
    });
    expect(await refusal(name, calls[name]!.with(index, handle + 2 ** 40))).toMatchObject({
      name: 'RING_FOREIGN_HANDLE',
    });
  });
});

test.each(Object.keys(calls))('%s does not take more or fewer arguments', async (name) => {
  const args = calls[name]!;
  expect(await refusal(name, [...args, 1])).toMatchObject({ name: 'RING_BAD_ARGUMENT', class: 'programmer' });
  expect(await refusal(name, args.slice(0, -1))).toMatchObject({ name: 'RING_BAD_ARGUMENT' });
  expect(await refusal(name, [])).toMatchObject({ name: 'RING_BAD_ARGUMENT' });
});

const notANumber = [undefined, null, '1', {}, [], 1n, NaN, Infinity, -Infinity, -1, 0.5, 2 ** 53, true];
const notBytes = [
  undefined,
  null,
  'abc',
  [1],
  {},
  new ArrayBuffer(8),
  new DataView(new ArrayBuffer(8)),
  new Uint16Array(4),
];
const privatePage = new Uint8Array(65_536);
const arena = page();
const notPages = [
  ...notBytes,
  ...[privatePage, arena.subarray(0, 100), arena.subarray(1, 4097), arena.subarray(0, 0), new Int32Array(arena.buffer)],
];
const notWords = [...notBytes, privatePage, new Int32Array(4), arena, new BigInt64Array(arena.buffer)];
const notTexts = [undefined, 'abc', {}, [1], ['a\0'], [undefined], Array<string>(257).fill('a')];

test.each<readonly [string, number, readonly unknown[]]>([
  ['openContext', 0, [...notTexts, ['']]],
  ['openContext', 1, [...notANumber, 1024]],
  ['openContext', 2, [...notANumber, 33]],
  ['openContext', 3, [...notANumber, 60_001]],
  ['setLimit', 1, [undefined, 1, 'stack', '']],
  ['setLimit', 2, notANumber],
  ['registerMemory', 1, notPages],
  ['allocateMemory', 1, [...notANumber, 0, 2 ** 47]],
  ['writeMemory', 1, notANumber],
  ['writeMemory', 2, notBytes],
  ['writeAddress', 1, notANumber],
  ['writeAddress', 3, [...notANumber, 65_537]],
  ['readMemory', 1, notANumber],
  ['readMemory', 2, [...notANumber, 2 ** 32]],
  ['fillMemory', 2, notANumber],
  ['fillMemory', 3, [...notANumber, 256]],
  ['copyMemory', 0, ['memory']],
  ['copyMemory', 2, ['host']],
  ['copyMemory', 4, notANumber],
  ['loadModule', 1, [...notBytes, new Uint8Array()]],
  ['getFunction', 1, [undefined, 1, {}, 'a\0b', 'x'.repeat(65_537)]],
  ['getGlobal', 1, [undefined, 1, {}, 'a\0b']],
  ['occupancy', 1, [...notANumber, 0, 1025]],
  ['occupancy', 2, notANumber],
  [
    'launch',
    1,
    [undefined, [], [1, 1, 1, 32, 1], [0, 1, 1, 32, 1, 1], [1, 1, 1, NaN, 1, 1], [...sizes, 1], [1, 1, 1, 1, 1, '1']],
  ],
  ['launch', 2, notANumber],
  ['launch', 3, [undefined, 1, 'true']],
  ['launch', 4, [undefined, 0]],
  ['launch', 5, [...notBytes, new Uint8Array(32_765)]],
  ['launch', 6, [undefined, 5, ['0'], [-1], [NaN], [0.5], Array<number>(4097).fill(0)]],
  ['launch', 7, [undefined, [1], [0, 1], ['a', 1, 1]]],
  ['launch', 8, [undefined, null, {}]],
  ['openCompiler', 0, [...notTexts, ['']]],
  ['compile', 1, [undefined, 1, 'a\0']],
  ['compile', 2, [undefined, 1, 'a\0']],
  ['compile', 3, [undefined, [1], ['only one name']]],
  ['compile', 4, [undefined, [1], ['only one text']]],
  ['compile', 5, [undefined, [1], 'x']],
  ['compile', 6, [undefined, [1], 'x']],
  ['compile', 7, [undefined, 0]],
  ['watchWord', 0, notWords],
  ['watchWord', 1, [...notANumber, 1_000_001]],
  ['watchWord', 2, [...notANumber, 0, 501]],
  ['watchWord', 3, [...notANumber, 0, 100_001]],
  ['watchWord', 4, [undefined, null, {}]],
])('%s takes nothing wrong in place %i', async (name, index, values) => {
  for (const value of values) {
    const error = await refusal(name, calls[name]!.with(index, value));
    expect(error).toMatchObject({
      call: expect.any(String),
      name: 'RING_BAD_ARGUMENT',
      class: 'programmer',
      code: null,
    });
  }
});

test('addresses of a launch are of memory', async () => {
  const withAddress = (handle: number): readonly unknown[] => calls['launch']!.with(7, [0, handle, 0]);
  expect(await refusal('launch', withAddress(handles.module))).toMatchObject({ name: 'RING_WRONG_KIND' });
  expect(await refusal('launch', withAddress(12))).toMatchObject({ name: 'RING_NOT_A_HANDLE' });
});

test('ranges of memory end where it does', async () => {
  for (const [name, args] of [
    ['writeMemory', ['memory', 4081, bytes]],
    ['readMemory', ['memory', 4097, 0]],
    ['readMemory', ['memory', 2 ** 46, 2 ** 31]],
    ['fillMemory', ['memory', 1, 4096, 0]],
    ['copyMemory', ['host', 65_529, 'memory', 0, 8]],
    ['copyMemory', ['memory', 4089, 'host', 0, 8]],
    ['writeAddress', ['memory', 4089, 'host', 0]],
  ] as const) {
    expect(await refusal(name, args)).toMatchObject({ name: 'RING_OUT_OF_RANGE', class: 'programmer' });
  }
});

test('what a getter throws among the arguments comes out', async () => {
  const trap = Object.defineProperty([1], 0, {
    get: () => {
      throw new RangeError('not now');
    },
  });
  expect(await refusal('launch', calls['launch']!.with(6, trap))).toEqual(new RangeError('not now'));
  expect(await refusal('openContext', calls['openContext']!.with(0, trap))).toEqual(new RangeError('not now'));
});

test('nothing of all that has hurt what was there', async () => {
  const memory = (await native['allocateMemory']!(handles.context, 64)) as number;
  expect(await refusal('release', [memory])).toBeUndefined();
  expect(await refusal('release', [memory])).toMatchObject({ name: 'RING_STALE_HANDLE' });
  const twice = (await native['allocateMemory']!(handles.context, 64)) as number;
  expect(twice).not.toBe(memory);
  const outcomes = await Promise.all([refusal('release', [twice]), refusal('release', [twice])]);
  expect(outcomes).toEqual([undefined, expect.objectContaining({ name: 'RING_STALE_HANDLE' })]);
  expect(await refusal('unwatch', [handles.watch])).toBeUndefined();
  expect(await refusal('unwatch', [handles.watch])).toMatchObject({ name: 'RING_STALE_HANDLE' });
  expect(await refusal('closeContext', [handles.context])).toBeUndefined();
});
