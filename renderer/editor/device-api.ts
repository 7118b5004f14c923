import { collectiveNames, collectives } from './device-collectives.ts';
import { intrinsics } from './device-intrinsics.ts';
import { threadFunctions } from './device-threads.ts';

/** Something that a kernel can name. */
export interface ApiEntry {
  readonly name: string;
  readonly kind: 'macro' | 'method' | 'function' | 'variable' | 'type' | 'qualifier';
  readonly signature: string;
  readonly doc: string;
  /** In Monaco's snippet syntax; the name itself without one. */
  readonly snippet?: string;
}

const macro = (name: string, signature: string, [doc, snippet]: readonly [string, string]): ApiEntry => ({
  ...{ name, kind: 'macro', signature, doc, snippet },
});
const method = (name: string, signature: string, [doc, snippet]: readonly [string, string?]): ApiEntry => ({
  ...{ name, kind: 'method', signature, doc, snippet: snippet ?? `${name}($0)` },
});
const variable = (name: string, signature: string, doc: string): ApiEntry => ({
  ...{ name, kind: 'variable', signature, doc },
});
const qualifier = (name: string, doc: string): ApiEntry => ({ name, kind: 'qualifier', signature: name, doc });

export const macros: readonly ApiEntry[] = [
  macro('RING_KERNEL', 'RING_KERNEL(name, State)', [
    'Declares a kernel, and the struct that holds its state, which begins as `State{}`. The state may be left out.',
    'RING_KERNEL(${1:name}, ${2:State});',
  ]),
  macro('RING_OUTPUT', 'RING_OUTPUT(kernel, port, Message)', [
    'Declares an output port that carries messages of one type. In handlers below, the port is in scope by its name.',
    'RING_OUTPUT(${1:kernel}, ${2:port}, ${3:Message});',
  ]),
  macro('RING_ON', 'RING_ON(kernel, Message) { … }', [
    'Opens the handler of one message type. In scope: `msg`, `ctx`, `state`, and the outputs declared before it.',
    'RING_ON(${1:kernel}, ${2:Message}) {\n\t$0\n}',
  ]),
  macro('RING_BLOCK', 'RING_BLOCK(kernel, x, y, z)', [
    'Threads of a block, in one to three dimensions, or `ring::any` when the handlers are correct at any width. 1 without it.',
    'RING_BLOCK(${1:kernel}, ${2:ring::any});',
  ]),
  macro('RING_GRID', 'RING_GRID(kernel, x, y, z)', [
    'Blocks of each instance, in one to three dimensions; 1 without it.',
    'RING_GRID(${1:kernel}, ${2:1});',
  ]),
  macro('RING_D', 'RING_D', ['`__device__`, for helpers that run on the device.', 'RING_D']),
  macro('RING_HD', 'RING_HD', ['`__host__ __device__`, for helpers that run on both sides.', 'RING_HD']),
];

/** Members of `ctx`. */
export const contextMembers: readonly ApiEntry[] = [
  method('emit', 'void emit(port, const Message& message)', [
    'Sends the message from an output port to whatever it is connected to; to the host where there is no channel. ' +
      'Sends are committed when the handler returns.',
    'emit($1)',
  ]),
  method('reply', 'void reply(const Message& message)', [
    'Answers the sender of the message in hand, host or actor. Needs no channel.',
    'reply($1)',
  ]),
  method('forward', 'void forward(port, const Message& message)', [
    'Like `emit`, on behalf of the sender of the message in hand: a reply to it goes there. Counts a hop, at most 64.',
    'forward($1)',
  ]),
  method('actor', 'ring::actor_ref actor(const char* name)', [
    'An actor by its name, whether or not a channel leads to it: for `ctx.send` and `ctx.forward`. Takes `ring::text`, too.',
    'actor(${1:"name"})',
  ]),
  method('send', 'void send(const ring::actor_ref& to, const Message& message)', [
    'Sends to an actor by its name; of several instances the next in turn gets it. Without such an actor: a dead letter.',
    'send(ctx.actor(${1:"name"}), ${2:message})',
  ]),
  method('publish', 'void publish(const char* topic, const Message& message, ring::publishing how)', [
    'Sends to all who have subscribed to the topic; with `ring::retain` also to those who subscribe later.',
    'publish(${1:"topic"}, ${2:message})',
  ]),
  method('pending', 'unsigned pending() const', [
    'Messages that wait for this actor, without the one in hand.',
    'pending()',
  ]),
  method('now', 'unsigned long long now() const', [
    'Nanoseconds since the Unix epoch, with about 0.25 µs of resolution.',
    'now()',
  ]),
  method('actor_id', 'unsigned actor_id() const', ["This actor's number, from 1.", 'actor_id()']),
  method('block_index', 'unsigned block_index() const', [
    "This block's index among those of all instances; with a grid of one block the instance's.",
    'block_index()',
  ]),
  method('message', 'const ring::abi::header& message() const', ['The header of the message in hand.', 'message()']),
  method('leader', 'bool leader() const', [
    'True for the one thread of the block that should act for all.',
    'leader()',
  ]),
  method('request_termination', 'void request_termination()', [
    'Ends the actor after this handler; what still waits for it is reported undelivered.',
    'request_termination()',
  ]),
  method('report_error', 'void report_error(unsigned code)', [
    "Shows `code` in the actor's telemetry; the actor goes on.",
    'report_error(${1:code})',
  ]),
  method('random', 'unsigned random()', [
    '32 random bits; a stream of its own for each actor, the same in every run with the same seed.',
    'random()',
  ]),
  ...collectives.map(([name, signature, doc, snippet]) => method(name, signature, [doc, snippet])),
  method('sync_grid', 'void sync_grid() const', [
    'Waits for all threads of all blocks of this actor that have not returned.',
    'sync_grid()',
  ]),
  method('named_barrier', 'void named_barrier(unsigned id, unsigned threads = 0) const', [
    'Waits for all threads of the block at a barrier of its own, 1 to 15; with `threads`, a multiple of 32, for as many of them.',
    'named_barrier(${1:1})',
  ]),
];

const containerMembers: readonly ApiEntry[] = [
  method('size', 'unsigned size() const', ['How much it holds; never more than its capacity.', 'size()']),
  method('empty', 'bool empty() const', ['True when it holds nothing.', 'empty()']),
  method('capacity', 'static constexpr unsigned capacity()', ['The most it can hold.', 'capacity()']),
  method('begin', 'auto begin()', ['For range-based loops.', 'begin()']),
  method('end', 'auto end()', ['For range-based loops.', 'end()']),
  method('clear', 'void clear()', ['Empties it.', 'clear()']),
];

/** Members of `ring::text<N>`. */
export const textMembers: readonly ApiEntry[] = [
  ...containerMembers,
  method('push_back', 'bool push_back(char c)', [
    'False, and nothing changes, when the text is full.',
    'push_back(${1:c})',
  ]),
  method('append', 'bool append(const char* s)', [
    'Appends a NUL-terminated string; false when it did not fit whole (what fits is kept).',
    'append(${1:"text"})',
  ]),
];

/** Members of `ring::list<T, N>`. */
export const listMembers: readonly ApiEntry[] = [
  ...containerMembers,
  method('push_back', 'bool push_back(const T& value)', [
    'False, and nothing changes, when the list is full.',
    'push_back(${1:value})',
  ]),
];

/** Members of `ring::buffer<T>`. */
export const bufferMembers: readonly ApiEntry[] = [
  method('size', 'unsigned size() const', ['Elements.', 'size()']),
  method('read', 'ring::buffer_view<const T> read() const', [
    'All elements, to read. Indices are checked; loops are better off with a view than with `[i]`.',
    'read()',
  ]),
  method('write', 'ring::buffer_writer<T> write(unsigned first, unsigned count) const', [
    'Elements to read and write, all without arguments. Keep the view in a variable: `auto out = msg.values.write();`',
    'write()',
  ]),
  method('data', 'const T* data() const', ['Address of element 0, to read. Indices are not checked.', 'data()']),
];

/** Members of namespace `ring`. */
export const ringMembers: readonly ApiEntry[] = [
  {
    ...{ name: 'text', kind: 'type', signature: 'template <unsigned N> struct ring::text', snippet: 'text<${1:32}>' },
    doc: 'Text of at most N bytes, without a terminating NUL. In JSON a string.',
  },
  {
    ...{ name: 'list', kind: 'type', signature: 'template <class T, unsigned N> struct ring::list' },
    ...{ doc: 'At most N elements. In JSON an array.', snippet: 'list<${1:T}, ${2:16}>' },
  },
  {
    ...{ name: 'context', kind: 'type', signature: 'class ring::context' },
    doc: 'What an actor can ask for and send; `ctx` in a handler.',
  },
  {
    ...{
      name: 'buffer',
      kind: 'type',
      signature: 'template <class T> struct ring::buffer',
      snippet: 'buffer<${1:float}>',
    },
    doc: 'Handle of memory that host and device share; cheap in messages. `size()`, `[i]`, both checked.',
  },
  {
    ...{ name: 'actor_ref', kind: 'type', signature: 'class ring::actor_ref' },
    doc: 'An actor as `ctx.actor(name)` finds it.',
  },
  variable(
    'retain',
    'ring::publishing ring::retain',
    '`ctx.publish(topic, message, ring::retain)`: kept for later subscribers.',
  ),
  ...collectiveNames.map(([name, signature, doc, snippet]): ApiEntry => {
    return { name, kind: signature.startsWith('struct') ? 'type' : 'function', signature, doc, snippet };
  }),
  variable('any', 'constexpr unsigned ring::any', '`RING_BLOCK(kernel, ring::any)`: correct at any block width.'),
];

/** What `RING_ON` brings into scope. */
export const handlerScope: readonly ApiEntry[] = [
  variable('msg', 'const Message& msg', 'The message in hand.'),
  variable('ctx', 'ring::context& ctx', 'What this actor can ask for and send.'),
  variable('state', 'State& state', "The actor's state. No two handlers of one actor run at the same time."),
];

export const globals: readonly ApiEntry[] = [
  variable('threadIdx', 'const uint3 threadIdx', 'The thread in its block.'),
  variable('blockDim', 'const uint3 blockDim', 'Threads of the block: `RING_BLOCK`, or what the launch says.'),
  variable('blockIdx', 'const uint3 blockIdx', 'The block among those of all instances, which lie side by side in x.'),
  variable('gridDim', 'const dim3 gridDim', 'Blocks of all instances, which lie side by side in x.'),
  variable('warpSize', 'const int warpSize', '32.'),
  qualifier('__device__', 'A function or a variable of the device.'),
  qualifier('__host__', 'Accepted; the studio compiles for the device.'),
  qualifier('__shared__', 'One per block. Do not count on its value between messages.'),
  qualifier('__constant__', 'One per program; the host can write it.'),
  qualifier('__forceinline__', 'Inlines the function always.'),
  qualifier('__noinline__', 'Never inlines the function.'),
  qualifier('__restrict__', 'The pointer is the only way to what it points to.'),
  qualifier('__launch_bounds__', 'Accepted.'),
  qualifier('__align__', 'Aligns a type or a variable to so many bytes.'),
  ...[...threadFunctions, ...intrinsics].map(([signature, doc]) => functionEntry(signature, doc)),
];

/** `int __popc(unsigned x)` → an entry whose snippet asks for its arguments. */
function functionEntry(signature: string, doc: string): ApiEntry {
  const name = /(\w+)\s*\(/.exec(signature)![1]!;
  const inside = signature.slice(signature.indexOf('(') + 1, signature.lastIndexOf(')'));
  const parameters = inside === '' ? [] : inside.split(',').map((part) => /(\w+|\.\.\.)\W*$/.exec(part)![1]!);
  const holes = parameters.filter((part) => part !== '...').map((part, index) => `\${${index + 1}:${part}}`);
  return { name, kind: 'function', signature, doc, snippet: `${name}(${holes.join(', ')})` };
}

const vectorScalars = 'char uchar short ushort int uint longlong ulonglong float double'.split(' ');

/** CUDA's vector types, with the names of their components. */
export const vectorTypes: ReadonlyMap<string, readonly string[]> = new Map([
  ...vectorScalars.flatMap((scalar) =>
    [1, 2, 3, 4].map((count) => [`${scalar}${count}`, ['x', 'y', 'z', 'w'].slice(0, count)] as const),
  ),
  ['dim3', ['x', 'y', 'z']] as const,
]);

export const keywords: readonly string[] = (
  'alignas auto bool break case char class const constexpr continue default do double else enum false float for if ' +
  'inline int int8_t int16_t int32_t int64_t long namespace nullptr return short signed sizeof static static_assert ' +
  'static_cast struct switch template true typename uint8_t uint16_t uint32_t uint64_t unsigned using void while'
).split(' ');
