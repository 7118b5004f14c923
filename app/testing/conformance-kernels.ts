import { layoutStruct, type FieldSpec } from '../model/layout.ts';
import type { ScalarKind, StructType } from '../model/message-type.ts';
import type { ProgramImage, ProgramInfo } from '../model/program.ts';
import { FakeFault } from './fake-fault.ts';
import type { FakeContext } from './fake-handler.ts';
import type { FakeBehaviour } from './fake-device.ts';
import { array, scalar, text } from './field-types.ts';
import { programOf } from './programs.ts';

// The kernels of kernels/test/conformance.cu, for the fake device.

type Scalars = Readonly<Record<string, ScalarKind | readonly [ScalarKind, number]>>;

export function struct(name: string, scalars: Scalars, more: readonly FieldSpec[] = []): StructType {
  const fields = Object.entries(scalars).map(([field, type]): FieldSpec =>
    typeof type === 'string'
      ? { name: field, type: scalar(type) }
      : { name: field, type: scalar(type[0]), default: type[1] },
  );
  return layoutStruct({ name, fields: [...fields, ...more] });
}

export const Item = struct('Item', { producer: 'u32', sequence: 'u32', value: ['u64', 0] });
const Burst = struct('Burst', { producer: 'u32', first: ['u32', 0], count: 'u32' });
export const Question = struct('Question', { value: 'u64', route: ['u32', 0] });
export const Answer = struct('Answer', { value: 'u64', actor: 'u32' });
export const Order = struct('Order', { what: 'u32', argument: ['u32', 0] });
export const Fact = struct('Fact', { what: 'u32', actor: 'u32', value: 'u64' });
export const Summary = struct('Summary', { received: 'u64', disordered: 'u64', sum: 'u64' });
const Essay = struct('Essay', {}, [{ name: 'text', type: text(200) }]);
export const SinkState = struct('SinkState', { received: 'u64', disordered: 'u64', sum: 'u64' }, [
  { name: 'next', type: array(scalar('u32'), 16) },
]);

export interface ItemMessage {
  readonly producer: number;
  readonly sequence: number;
  readonly value: number;
}

export interface QuestionMessage {
  readonly value: number;
  readonly route: number;
}

export interface OrderMessage {
  readonly what: number;
  readonly argument: number;
}

export interface SinkCounts {
  received: number;
  disordered: number;
  sum: number;
  next: readonly number[];
}

export function countItem(item: ItemMessage, _: FakeContext, counts: SinkCounts): void {
  if (item.producer === 666) throw new FakeFault();
  const producer = item.producer % 16;
  if (counts.next[producer] !== item.sequence) counts.disordered++;
  counts.next = counts.next.with(producer, item.sequence + 1);
  counts.received++;
  counts.sum += item.value;
}

function answer(question: QuestionMessage, ctx: FakeContext): void {
  if (question.route === 0) ctx.reply('Answer', { value: question.value + 1, actor: ctx.actorId });
  if (question.route === 1) ctx.forward('other', { value: question.value * 2, route: question.value === 666 ? 4 : 0 });
  if (question.route === 2) ctx.forward('self', question);
  if (question.route === 3) ctx.emit('other', { value: 0, route: question.value });
  if (question.route === 4) throw new FakeFault();
}

function tell({ what, argument }: OrderMessage, ctx: FakeContext): void {
  const tellFact = (value: number | bigint): void => ctx.emit('facts', { what, actor: ctx.actorId, value });
  if (what === 1) ctx.requestTermination();
  if (what === 2) ctx.reportError(argument);
  if (what === 3) for (let i = 0; i < argument; i++) tellFact(ctx.random());
  if (what === 4) tellFact(ctx.pending());
  if (what === 5) tellFact(ctx.blockIndex);
  if (what === 6) throw new FakeFault();
  if (what === 7) tellFact(ctx.nowNs());
  if (what === 8) ctx.print(`order ${argument} of probe\n`);
  if (what === 9) tellFact(ctx.messageId);
  if (what !== 10) return;
  tellFact(0);
  throw new FakeFault();
}

const behaviour: FakeBehaviour = {
  relay: { Item: (item, ctx) => ctx.emit('out', item as object) },
  producer: {
    Burst: ({ producer, first, count }: { producer: number; first: number; count: number }, ctx) => {
      for (let i = 0; i < count; i++) ctx.emit('items', { producer, sequence: first + i, value: i });
    },
  },
  sink: {
    Item: countItem,
    Question: (_, ctx, { received, disordered, sum }: SinkCounts) =>
      ctx.reply('Summary', { received, disordered, sum }),
  },
  answerer: { Question: answer },
  asker: {
    Order: ({ argument }: OrderMessage, ctx) => ctx.emit('questions', { value: argument, route: 0 }),
    Answer: (message, ctx) => ctx.emit('answers', message as object),
  },
  deaf: { Order: ({ argument }: OrderMessage, ctx) => ctx.emit('questions', { value: argument, route: 0 }) },
  essayist: { Question: (_, ctx) => ctx.reply('Essay', { text: 'a long answer' }) },
  probe: { Order: tell },
};

const conformance = programOf('conformance.cu', [
  { name: 'relay', handles: [Item], outputs: { out: Item } },
  { name: 'producer', handles: [Burst], outputs: { items: Item } },
  { name: 'sink', handles: [Item, Question], state: SinkState },
  { name: 'answerer', handles: [Question], outputs: { other: Question, self: Question } },
  { name: 'asker', handles: [Order, Answer], outputs: { questions: Question, answers: Answer } },
  { name: 'deaf', handles: [Order], outputs: { questions: Question } },
  { name: 'essayist', handles: [Question] },
  { name: 'probe', handles: [Order], outputs: { facts: Fact } },
]);

const OtherItem = struct('Item', { producer: 'u32', weight: ['f32', 1] });

export const conformanceImage = imageOf({ ...conformance, structs: withMore(conformance, [Essay, Summary]) });
export const namesakeImage = imageOf(programOf('namesake.cu', [{ name: 'weigher', handles: [OtherItem] }]));

/** What both programs do. */
export const conformanceBehaviours: ReadonlyMap<string, FakeBehaviour> = new Map([
  [conformanceImage.hash, behaviour],
  [namesakeImage.hash, { weigher: { Item: () => undefined } }],
]);

export function withMore({ structs }: ProgramInfo, more: readonly StructType[]): readonly StructType[] {
  return [...structs, ...more].sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** An image without code. */
export function imageOf(info: ProgramInfo): ProgramImage {
  return {
    info,
    hash: info.file,
    wasm: new Uint8Array(),
    debugWasm: new Uint8Array(),
    insertions: [],
    staticData: { address: 65_536, sizeBytes: 0 },
    sentTypes: info.structs.map(({ typeId }) => typeId),
    sharedData: { sizeBytes: 0, alignBytes: 1, dynamicAt: 0, staticBytes: 0 },
    defaults: info.structs.map(({ sizeBytes }) => new Uint8Array(sizeBytes)),
    symbolAddresses: [],
  };
}
