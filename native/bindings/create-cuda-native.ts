import { z } from 'zod';
import { AddonError, toAddonError } from './addon-error.ts';
import * as answers from './cuda-answers.ts';
import type { CudaNative, LaunchEnd, LaunchRequest, WatchOptions, WordWatch } from './cuda-native.ts';
import type { NativeExports } from './native-exports.ts';

const nothing = z.undefined();

/** Gives the addon's functions their names, types and errors. */
export function createCudaNative(native: NativeExports): CudaNative {
  return {
    openContext: ({ libraries, ordinal, connections = 0, patienceMs = 1000 }) =>
      ask(answers.openedContext, () => native.openContext(libraries, ordinal, connections, patienceMs)),
    closeContext: (context) => ask(nothing, () => native.closeContext(context)),
    contextState: (context) => {
      const { lost, launches } = answers.contextState.parse(attempt(() => native.contextState(context)));
      return { lost: readFailure(lost), launches };
    },
    memoryInfo: (context) => ask(answers.memoryInfo, () => native.memoryInfo(context)),
    setLimit: (context, limit, bytes) => ask(nothing, () => native.setLimit(context, limit, bytes)),
    synchronize: (context) => ask(nothing, () => native.synchronize(context)),
    expectEnd: (context) => {
      attempt(() => native.expectEnd(context));
    },

    registerMemory: (context, view) => ask(answers.hostMemoryHandle, () => native.registerMemory(context, view)),
    mapMemory: (context, memory) => ask(answers.hostMemoryHandle, () => native.mapMemory(context, memory)),
    allocateMemory: (context, bytes) => ask(answers.deviceMemoryHandle, () => native.allocateMemory(context, bytes)),
    writeMemory: ({ memory, offset }, bytes) => ask(nothing, () => native.writeMemory(memory, offset, bytes)),
    writeAddress: ({ memory, offset }, target) =>
      ask(nothing, () => native.writeAddress(memory, offset, target.memory, target.offset)),
    readMemory: ({ memory, offset }, bytes) =>
      ask(z.instanceof(Uint8Array), () => native.readMemory(memory, offset, bytes)),
    fillMemory: ({ memory, offset }, bytes, value) =>
      ask(nothing, () => native.fillMemory(memory, offset, bytes, value)),
    copyMemory: (from, to, bytes) =>
      ask(nothing, () => native.copyMemory(from.memory, from.offset, to.memory, to.offset, bytes)),
    release: (handle) => ask(nothing, () => native.release(handle)),

    loadModule: (context, image) => ask(answers.loadedModule, () => native.loadModule(context, image)),
    getFunction: (module, name) => ask(answers.foundFunction, () => native.getFunction(module, name)),
    getGlobal: (module, name) => ask(answers.foundGlobal, () => native.getGlobal(module, name)),
    occupancy: (of, { blockThreads, sharedBytes }) =>
      ask(z.number(), () => native.occupancy(of, blockThreads, sharedBytes)),
    launch: async (request) => {
      let end!: (end: LaunchEnd) => void;
      const ended = new Promise<LaunchEnd>((resolve) => (end = resolve));
      const launch = await ask(z.number(), () => startLaunch(native, request, end));
      return { launch, ended };
    },
    findShortage: (multiprocessors, grids) => {
      const counts = grids.flatMap(({ blockCount, blocksPerMultiprocessor }) => [blockCount, blocksPerMultiprocessor]);
      const names = grids.map(({ kernel }) => kernel);
      const shortage = attempt(() => native.findShortage(multiprocessors, names, counts));
      return z.string().nullable().parse(shortage) ?? undefined;
    },

    openCompiler: (libraries) => ask(answers.openedCompiler, () => native.openCompiler(libraries)),
    compile: (compiler, { name, source, headers, options, nameExpressions = [], output }) => {
      const [names, texts] = [Object.keys(headers), Object.values(headers)];
      return ask(answers.compileAnswer, () =>
        native.compile(compiler, name, source, names, texts, options, nameExpressions, output === 'cubin'),
      );
    },

    watchWord: (view, onChange, options = {}) => watchWord(native, { view, onChange, options }),
  };
}

function startLaunch(native: NativeExports, request: LaunchRequest, onEnd: (end: LaunchEnd) => void): unknown {
  const { sharedBytes = 0, isResident, isCooperative = false, parameters, offsets, addresses = [] } = request;
  const sizes = [...request.grid, ...request.block];
  const places = addresses.flatMap(({ at, memory, offset }) => [at, memory, offset]);
  return native.launch(
    request.function,
    ...([sizes, sharedBytes, isResident, isCooperative, parameters, offsets, places] as const),
    (end) => onEnd(readEnd(end)),
  );
}

function readEnd(end: unknown): LaunchEnd {
  const { failure, gpuMs } = answers.launchEnd.parse(end);
  const error = readFailure(failure);
  return error === undefined ? { kind: 'done', gpuMs } : { kind: 'failed', error };
}

function readFailure(error: unknown): AddonError | undefined {
  if (error === null) return undefined;
  const failure = toAddonError(error);
  if (failure instanceof AddonError) return failure;
  throw new TypeError('the addon answered with an error of another shape', { cause: error });
}

interface WatchRequest {
  readonly view: Int32Array | Uint32Array;
  readonly onChange: (value: number) => void;
  readonly options: WatchOptions;
}

function watchWord(native: NativeExports, { view, onChange, options }: WatchRequest): WordWatch {
  const { spinUs = 50, shortestPauseUs = 20, longestPauseUs = 500 } = options;
  const handle = answers.watchHandle.parse(
    attempt(() => native.watchWord(view, spinUs, shortestPauseUs, longestPauseUs, onChange)),
  );
  let isWatching = true;
  return {
    figures: () => answers.watchFigures.parse(attempt(() => native.watchFigures(handle))),
    [Symbol.dispose]: () => {
      if (!isWatching) return;
      isWatching = false;
      attempt(() => native.unwatch(handle));
    },
  };
}

function attempt<T>(call: () => T): T {
  try {
    return call();
  } catch (error) {
    throw toAddonError(error);
  }
}

async function ask<Schema extends z.ZodType>(schema: Schema, call: () => unknown): Promise<z.output<Schema>> {
  try {
    return schema.parse(await call());
  } catch (error) {
    throw toAddonError(error);
  }
}
