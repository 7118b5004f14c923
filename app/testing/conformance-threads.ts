import type { ProgramImage } from '../model/program.ts';
import { imageOf, Order, struct, type OrderMessage } from './conformance-kernels.ts';
import type { FakeBehaviour } from './fake-device.ts';
import { FakeFault } from './fake-fault.ts';
import type { FakeContext } from './fake-handler.ts';
import { array, scalar } from './field-types.ts';
import { programOf, type KernelSpec } from './programs.ts';

// The kernels of kernels/test/conformance_threads.cu and conformance_threads_next.cu, for the fake device.

const three = array(scalar('u32'), 3);
const Place = struct('Place', {}, [
  ...['thread', 'block', 'threads', 'blocks'].map((name) => ({ name, type: three })),
  { name: 'index', type: scalar('u32') },
]);

function tellPlace({ what, argument }: OrderMessage, ctx: FakeContext): void {
  const { threadIdx, blockIdx, blockDim, gridDim, blockIndex } = ctx;
  const isLast = threadIdx[0] + 1 === blockDim[0] && threadIdx[1] + 1 === blockDim[1];
  const isSecond = blockIdx[0] % 2 === 1 && blockIdx[2] === 0;
  const place = { thread: threadIdx, block: blockIdx, threads: blockDim, blocks: gridDim, index: blockIndex };
  if (what === 1) ctx.emit('places', place);
  if (what === 6 && isSecond && isLast) throw new FakeFault();
  if (what === 8 && isSecond && isLast) ctx.print(`order ${argument}\n`);
}

function version(file: string, size: Pick<KernelSpec, 'block' | 'grid'>): ProgramImage {
  return imageOf(programOf(file, [{ name: 'placed', handles: [Order], outputs: { places: Place }, ...size }]));
}

export const threadsImage = version('conformance_threads.cu', { block: [4, 2], grid: [2, 1, 2] });
export const nextThreadsImage = version('conformance_threads_next.cu', { block: 8 });
export const threadsBehaviour: FakeBehaviour = { placed: { Order: tellPlace } };
