import { Answer, Fact, imageOf, Item, Order, Question, struct } from './conformance-kernels.ts';
import { FakeFault } from './fake-fault.ts';
import type { FakeBehaviour } from './fake-device.ts';
import { text } from './field-types.ts';
import { programOf } from './programs.ts';

// The kernels of kernels/test/conformance_messaging.cu, for the fake device.

const Call = struct('Call', {}, [
  { name: 'name', type: text(40) },
  { name: 'what', type: { kind: 'scalar', scalar: 'u32' }, default: 0 },
  { name: 'value', type: { kind: 'scalar', scalar: 'u64' }, default: 0 },
]);
const Post = struct('Post', {}, [
  { name: 'topic', type: text(250) },
  { name: 'producer', type: { kind: 'scalar', scalar: 'u32' }, default: 0 },
  { name: 'first', type: { kind: 'scalar', scalar: 'u32' }, default: 0 },
  { name: 'count', type: { kind: 'scalar', scalar: 'u32' }, default: 1 },
  { name: 'retained', type: { kind: 'scalar', scalar: 'bool' }, default: false },
]);
const Tagged = struct('Tagged', {}, [
  { name: 'tag', type: text(12) },
  { name: 'sequence', type: { kind: 'scalar', scalar: 'u32' } },
]);

interface CallMessage {
  readonly name: string;
  readonly what: number;
  readonly value: number;
}

interface PostMessage {
  readonly topic: string;
  readonly producer: number;
  readonly first: number;
  readonly count: number;
  readonly retained: boolean;
}

export const messagingBehaviour: FakeBehaviour = {
  caller: {
    Call: ({ name, what, value }: CallMessage, ctx) => {
      if (what === 0) ctx.send(name, 'Question', { value, route: 0 });
      if (what === 1) ctx.forwardTo(name, 'Question', { value, route: 0 });
      if (what === 2) for (let i = 0; i < value; i++) ctx.send(name, 'Item', { producer: 0, sequence: i, value: i });
      if (what === 3) ctx.emit('facts', { what, actor: ctx.actorId, value: ctx.knows(name) ? 1 : 0 });
      if (what === 4) ctx.send('sink', 'Item', { producer: 0, sequence: value, value });
    },
    Answer: (message: object, ctx) => ctx.emit('answers', message),
  },
  publisher: {
    Post: ({ topic, producer, first, count, retained }: PostMessage, ctx) => {
      for (let i = 0; i < count; i++) {
        const item = { producer, sequence: first + i, value: first + i };
        ctx.publish(topic, 'Item', item, { retain: retained });
      }
    },
    Order: ({ what, argument }: { what: number; argument: number }, ctx) => {
      for (let i = 0; i < argument; i++)
        ctx.publish(`many/${String.fromCharCode(97 + i)}`, 'Item', { producer: 0, sequence: i, value: i });
      if (what === 1) throw new FakeFault();
    },
    Question: ({ value }: { value: number }, ctx) =>
      ctx.publish('literal/topic', 'Item', { producer: 0, sequence: 0, value }),
  },
  tagger: { Tagged: (message: object, ctx) => ctx.emit('out', message) },
  witness: {
    Tagged: ({ sequence }: { sequence: number }, ctx) =>
      ctx.emit('seen', { what: sequence, actor: ctx.blockIndex, value: ctx.messageHlc }),
    Item: ({ sequence }: { sequence: number }, ctx) =>
      ctx.emit('seen', { what: sequence, actor: ctx.blockIndex, value: ctx.messageHlc }),
  },
};

export const messagingImage = imageOf(
  programOf('conformance_messaging.cu', [
    { name: 'caller', handles: [Call, Answer], outputs: { facts: Fact, answers: Answer } },
    { name: 'publisher', handles: [Post, Order, Question] },
    { name: 'tagger', handles: [Tagged], outputs: { out: Tagged } },
    { name: 'witness', handles: [Tagged, Item], outputs: { seen: Fact } },
  ]),
);
