import type { ProgramImage } from '../model/program.ts';
import { buffersBehaviour, buffersImage } from './conformance-buffers.ts';
import {
  Answer,
  conformanceBehaviours,
  conformanceImage,
  countItem,
  Fact,
  imageOf,
  Item,
  namesakeImage,
  Order,
  Question,
  SinkState,
  struct,
  Summary,
  withMore,
  type ItemMessage,
  type OrderMessage,
  type QuestionMessage,
  type SinkCounts,
} from './conformance-kernels.ts';
import { migratedBehaviour, migratedImage, stateBehaviour, stateImage } from './conformance-state-kernels.ts';
import { messagingBehaviour, messagingImage } from './conformance-messaging.ts';
import { plainImage } from './conformance-functions.ts';
import { nextThreadsImage, threadsBehaviour, threadsImage } from './conformance-threads.ts';
import { FakeFault } from './fake-fault.ts';
import type { FakeContext } from './fake-handler.ts';
import type { FakeBehaviour } from './fake-device.ts';
import { programOf } from './programs.ts';

// The kernels of kernels/test/conformance_next.cu and conformance_reset.cu, for the fake device.

const next = programOf('conformance_next.cu', [
  { name: 'relay', handles: [Item], outputs: { copies: Item, out: Item } },
  { name: 'sink', handles: [Item, Question], state: SinkState },
  { name: 'answerer', handles: [Question], outputs: { other: Question } },
  {
    name: 'asker',
    handles: [Order, Answer],
    outputs: { questions: Question, answers: Answer },
    state: struct('AskerState', { asked: 'u32' }),
  },
  { name: 'deaf', handles: [Order], outputs: { questions: Item } },
  { name: 'essayist', handles: [Order] },
  { name: 'probe', handles: [Order], outputs: { facts: Fact } },
]);

const nextBehaviour: FakeBehaviour = {
  relay: { Item: (item: ItemMessage, ctx) => ctx.emit('out', { ...item, value: item.value + 1000 }) },
  sink: {
    Item: (item: ItemMessage, ctx, counts: SinkCounts) => countItem({ ...item, value: item.value * 2 }, ctx, counts),
    Question: summarize,
  },
  answerer: {
    Question: ({ value, route }: QuestionMessage, ctx) => {
      if (route === 1) ctx.forward('other', { value: value * 2, route: 0 });
      else ctx.reply('Answer', { value: value + 1000, actor: ctx.actorId });
    },
  },
  asker: {
    Order: ({ argument }: OrderMessage, ctx, state: { asked: number }) => {
      state.asked++;
      ctx.emit('questions', { value: argument, route: 0 });
    },
    Answer: (message: object, ctx) => ctx.emit('answers', message),
  },
  deaf: {
    Order: ({ argument }: OrderMessage, ctx) => ctx.emit('questions', { producer: 0, sequence: argument, value: 0 }),
  },
  essayist: {
    Order: ({ argument }: OrderMessage, ctx) => ctx.reply('Answer', { value: argument, actor: ctx.actorId }),
  },
  probe: {
    Order: ({ what, argument }: OrderMessage, ctx) => {
      if (what === 6 || what === 11) throw new FakeFault();
      if (what === 8) ctx.print(`new order ${argument} of probe\n`);
      if (what === 9) ctx.emit('facts', { what: 9, actor: ctx.actorId, value: ctx.messageId });
    },
  },
};

const ResetSinkState = struct('SinkState', { received: 'u32', disordered: 'u64', sum: ['u64', 5000] });
const RelayState = struct('RelayState', { passed: 'u32' });

const reset = programOf('conformance_reset.cu', [
  { name: 'sink', handles: [Item, Question], state: ResetSinkState },
  { name: 'relay', handles: [Item], outputs: { out: Item }, state: RelayState },
]);

const resetBehaviour: FakeBehaviour = {
  sink: {
    Item: ({ value }: ItemMessage, _, counts: SinkCounts) => {
      counts.received++;
      counts.sum += value;
    },
    Question: summarize,
  },
  relay: {
    Item: (item: object, ctx, state: { passed: number }) => {
      state.passed++;
      ctx.emit('out', item);
    },
  },
};

function summarize(_: unknown, ctx: FakeContext, { received, disordered, sum }: SinkCounts): void {
  ctx.reply('Summary', { received, disordered, sum });
}

export const nextImage = imageOf({ ...next, structs: withMore(next, [Summary]) });
export const resetImage = withDefaults(imageOf({ ...reset, structs: withMore(reset, [Summary]) }));

/** Programs by the names of the files in kernels/test that they stand for. */
export const conformanceImages: ReadonlyMap<string, ProgramImage> = new Map([
  ['conformance.cu', conformanceImage],
  ['conformance_namesake.cu', namesakeImage],
  ['conformance_next.cu', nextImage],
  ['conformance_reset.cu', resetImage],
  ['conformance_state.cu', stateImage],
  ['conformance_migrated.cu', migratedImage],
  ['conformance_buffers.cu', buffersImage],
  ['conformance_messaging.cu', messagingImage],
  ['conformance_plain.cu', plainImage],
  ['conformance_threads.cu', threadsImage],
  ['conformance_threads_next.cu', nextThreadsImage],
]);

export const versionBehaviours: ReadonlyMap<string, FakeBehaviour> = new Map([
  ...conformanceBehaviours,
  [nextImage.hash, nextBehaviour],
  [resetImage.hash, resetBehaviour],
  [stateImage.hash, stateBehaviour],
  [migratedImage.hash, migratedBehaviour],
  [buffersImage.hash, buffersBehaviour],
  [messagingImage.hash, messagingBehaviour],
  [threadsImage.hash, threadsBehaviour],
  [nextThreadsImage.hash, threadsBehaviour],
]);

/** With `sum = 5000` in the state of `sink`. */
function withDefaults(image: ProgramImage): ProgramImage {
  const offset = ResetSinkState.fields.find(({ name }) => name === 'sum')!.offset;
  const defaults = image.info.structs.map((type) => {
    const bytes = new Uint8Array(type.sizeBytes);
    if (type === ResetSinkState) new DataView(bytes.buffer).setUint32(offset, 5000, true);
    return bytes;
  });
  return { ...image, defaults };
}
