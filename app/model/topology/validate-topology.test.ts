import { describe, expect, test } from 'vitest';
import { problemText } from '../../base/problem-text.ts';
import { list, nested, scalar, text } from '../../testing/field-types.ts';
import { programOf } from '../../testing/programs.ts';
import { layoutStruct } from '../layout.ts';
import { bareTopology } from './bare-topology.ts';
import { findRecipient } from './find-recipient.ts';
import type { Topology } from './topology.ts';
import { validateTopology } from './validate-topology.ts';

const number = layoutStruct({ name: 'Number', fields: [{ name: 'value', type: scalar('f32') }] });
const wideNumber = layoutStruct({ name: 'Number', fields: [{ name: 'value', type: scalar('f64') }] });
const reset = layoutStruct({ name: 'app::Reset', fields: [] });

const point = layoutStruct({
  name: 'Point',
  fields: ['x', 'y'].map((name) => ({ name, type: scalar('i32') })),
});
const loose = layoutStruct({
  name: 'Loose',
  fields: [
    { name: 'small', type: scalar('u8') },
    { name: 'large', type: scalar('u32') },
  ],
});
const keyed = layoutStruct({
  name: 'Keyed',
  fields: [
    { name: 'sensor', type: scalar('u32') },
    { name: 'name', type: text(20) },
    { name: 'heat', type: scalar('f32') },
    { name: 'place', type: nested(point) },
    { name: 'loose', type: nested(loose) },
    { name: 'items', type: list(scalar('u8'), 4) },
  ],
});

const programs = new Map([
  [
    'keyed.cu',
    programOf('keyed.cu', [
      { name: 'keyed', outputs: { out: keyed } },
      { name: 'taker', handles: [keyed] },
    ]),
  ],
  [
    'source.cu',
    programOf('source.cu', [{ name: 'source', handles: [reset], outputs: { numbers: number, resets: reset } }]),
  ],
  [
    'sink.cu',
    programOf('sink.cu', [
      { name: 'sink', handles: [number, reset] },
      { name: 'wide', handles: [wideNumber] },
    ]),
  ],
  [
    'simt.cu',
    programOf('simt.cu', [
      { name: 'simt', handles: [reset], block: 256 },
      { name: 'any', handles: [reset], block: 'any' },
    ]),
  ],
]);

const source = { id: 'source', kernel: 'source', source: 'source.cu' };
const sink = { id: 'sink', kernel: 'sink', source: 'sink.cu' };
const wide = { id: 'wide', kernel: 'wide', source: 'sink.cu' };

const problemsOf = (topology: Omit<Topology, 'version'>): string[] =>
  validateTopology({ version: 1, ...topology }, programs).map((problem) => `${problem.code} | ${problemText(problem)}`);

describe('a topology and its programs', () => {
  test('a sound topology has no problems', () => {
    const channels = [
      { from: 'source.numbers', to: 'sink' },
      { from: 'source.resets', to: 'sink' },
    ];
    expect(problemsOf({ actors: [source, sink], channels })).toEqual([]);
  });

  test('more actors than a device holds are too many, with the one that makes them so', () => {
    const full = { ...source, instances: 16_382 };
    expect(problemsOf({ actors: [full, sink] })).toEqual([]);
    expect(problemsOf({ actors: [full, { ...sink, instances: 2 }, wide] })).toEqual([
      'too-many-actors | actors[1].instances: The topology has 16385 actors, its instances counted; a device holds 16383. ' +
        'Lower "instances".',
    ]);
  });

  test('an unknown kernel, actor or output proposes what was meant', () => {
    expect(
      problemsOf({
        actors: [source, { ...sink, kernel: 'snik' }],
        channels: [
          { from: 'source.number', to: 'sink' },
          { from: 'sorce.numbers', to: 'snk' },
        ],
      }),
    ).toEqual([
      "unknown-kernel | actors[1].kernel: sink.cu has no kernel 'snik'. Kernels: sink, wide. Did you mean 'sink'?",
      "unknown-output | channels[0].from: 'source' has no output 'number'. Outputs: numbers, resets. Did you mean 'numbers'?",
      "unknown-actor | channels[1].from: There is no actor 'sorce'. Actors: source, sink. Did you mean 'source'?",
      "unknown-actor | channels[1].to: There is no actor 'snk'. Actors: source, sink. Did you mean 'sink'?",
    ]);
  });

  test('a channel can be routed by a field whose equal values are equal bytes', () => {
    const routedBy = (key: string): string[] =>
      problemsOf({
        actors: [
          { id: 'keyed', kernel: 'keyed', source: 'keyed.cu' },
          { id: 'taker', kernel: 'taker', source: 'keyed.cu' },
        ],
        channels: [{ from: 'keyed.out', to: 'taker', routing: { key } }],
      });
    for (const key of ['sensor', 'name', 'place', 'place.x']) expect(routedBy(key)).toEqual([]);
    const tip = 'Keys are integers, enums, bools, texts, and arrays and structs of these without padding.';
    const cannot = (key: string, why: string): string[] => [
      `invalid-key | channels[0].routing.key: '${key}' of Keyed cannot be a key: ${why}. ${tip}`,
    ];
    expect(routedBy('heat')).toEqual(cannot('heat', 'equal floats can differ in their bytes'));
    expect(routedBy('loose')).toEqual(cannot('loose', 'Loose has padding, whose bytes say nothing'));
    expect(routedBy('items')).toEqual(cannot('items', 'a list has bytes behind its end'));
    expect(routedBy('snsor')).toEqual([
      "unknown-key | channels[0].routing.key: Keyed has no field 'snsor'. " +
        "Fields: sensor, name, heat, place, loose, items. Did you mean 'sensor'?",
    ]);
    expect(routedBy('sensor.x')).toEqual([
      "unknown-key | channels[0].routing.key: 'sensor' of Keyed is no struct: it has no fields.",
    ]);
  });

  test('a subscription names an actor of the topology', () => {
    expect(problemsOf({ actors: [sink], subscriptions: [{ topic: 'a/#', to: 'snk' }] })).toEqual([
      "unknown-actor | subscriptions[0].to: There is no actor 'snk'. Actors: sink. Did you mean 'sink'?",
    ]);
  });

  test('a channel to an actor that does not handle its type lists what is handled', () => {
    expect(
      problemsOf({
        actors: [{ ...source, queue: { overflow: 'reject' } }],
        channels: [{ from: 'source.numbers', to: 'source' }],
      }),
    ).toEqual([
      "type-mismatch | channels[0]: 'source.numbers' sends Number, which 'source' does not handle. " +
        'It handles: app::Reset. Connect another output, or add RING_ON(source, Number).',
    ]);
  });

  test('one name with two layouts does not connect, and both are shown', () => {
    const [problem] = validateTopology(
      { version: 1, actors: [source, wide], channels: [{ from: 'source.numbers', to: 'wide' }] },
      programs,
    );
    expect(problem).toMatchObject({
      code: 'layout-mismatch',
      message:
        "'source.numbers' and 'wide' both call their message Number, but the layouts differ. " +
        "'value' is float in 'source.numbers', double in 'wide'.",
      notes: [
        { message: "'source.numbers' sends\nNumber: 4 bytes, aligned to 4\n  @0   float value" },
        { message: "'wide' handles\nNumber: 8 bytes, aligned to 8\n  @0   double value" },
      ],
    });
  });

  test('a source that did not compile causes no further problems', () => {
    const broken = { id: 'broken', kernel: 'k', source: 'broken.cu' };
    const channels = [
      { from: 'broken.out', to: 'sink' },
      { from: 'source.numbers', to: 'broken' },
    ];
    expect(problemsOf({ actors: [source, sink, broken], channels, inject: [{ message: { x: 1 } }] })).toEqual([]);
  });

  test('a topology without actors cannot run', () => {
    expect(problemsOf({ actors: [] })).toEqual(['no-actors | actors: The topology has no actors. Add one to run it.']);
  });

  test('every overflow policy can run', () => {
    const policies = ['block', 'reject', 'dropOldest', 'dropNewest', 'deadLetter'] as const;
    for (const overflow of policies) expect(problemsOf({ actors: [{ ...sink, queue: { overflow } }] })).toEqual([]);
  });

  test('a block that its kernel is not compiled for is refused, and only CUDA runs code for any block in any', () => {
    const simt = { id: 'simt', kernel: 'simt', source: 'simt.cu' };
    const any = { id: 'any', kernel: 'any', source: 'simt.cu', block: [8, 8], grid: [4, 2] };
    expect(problemsOf({ actors: [simt, { ...simt, id: 'narrow', block: 1 }, any] })).toEqual([]);
    const actors = [
      sink,
      { ...sink, id: 'b', block: 64 },
      { ...sink, id: 'c', block: [4, 4] },
      { ...sink, id: 'd', grid: 9 },
    ];
    const refused = [
      "block-not-supported | actors[1].block: actor 'b' asks for 64 threads, but kernel 'sink' is compiled for one. " +
        'Declare RING_BLOCK(sink, 64).',
      "block-not-supported | actors[2].block: actor 'c' asks for 4×4 = 16 threads, but kernel 'sink' is compiled for one. " +
        'Declare RING_BLOCK(sink, 4, 4).',
      "block-not-supported | actors[3].grid: actor 'd' asks for 9 blocks, but kernel 'sink' is compiled for one. " +
        'Declare RING_GRID(sink, 9).',
    ];
    expect(problemsOf({ actors })).toEqual(refused);
    expect(problemsOf({ device: 'cuda', actors })).toEqual(refused);
    expect(problemsOf({ device: 'cuda', actors: [simt, any] })).toEqual([]);
  });

  test('injected messages are checked field by field', () => {
    const inject = [
      { to: 'sink', type: 'Number', message: { value: 1, vaule: 2 } },
      { to: 'sink', message: {} },
      { to: 'skin', message: {} },
      { type: 'Reset', message: {} },
    ];
    expect(problemsOf({ actors: [source, sink], channels: [{ from: 'source.numbers', to: 'sink' }], inject })).toEqual([
      "unknown-field | inject[0].message.vaule: Number has no field 'vaule'. Fields: value. Did you mean 'value'?",
      "ambiguous-type | inject[1].type: 'sink' handles several messages: Number, app::Reset. Name the message with 'type'.",
      "unknown-actor | inject[2].to: There is no actor 'skin'. Actors: source, sink. Did you mean 'sink'?",
    ]);
  });
});

describe('who gets a message', () => {
  const topology: Topology = {
    version: 1,
    actors: [source, { ...sink, instances: 3 }],
    channels: [{ from: 'source.numbers', to: 'sink' }],
  };
  const find = (to?: string, type?: string): unknown => {
    const result = findRecipient({ topology, programs }, { to, type });
    if ('problem' in result) return result.problem.message;
    const { actor, instance, message } = result.recipient;
    return [actor.id, instance, message.name];
  };

  test('without a name it is the only actor that can take it, or the only one without a channel to it', () => {
    expect(find(undefined, 'Number')).toEqual(['sink', undefined, 'Number']);
    expect(find(undefined, 'Reset')).toEqual(['source', undefined, 'app::Reset']);
    expect(find()).toEqual(['source', undefined, 'app::Reset']);
  });

  test('of several the candidates are listed with what they handle; a channel to itself does not count', () => {
    const pair = { version: 1, actors: [source, sink] } as const;
    const problemOf = (channels: Topology['channels']): unknown => {
      const result = findRecipient({ topology: { ...pair, channels }, programs }, { type: 'Reset' });
      return 'problem' in result ? result.problem.message : result.recipient.actor.id;
    };
    expect(problemOf([])).toBe('It is not clear who gets the message: source (app::Reset), sink (Number, app::Reset).');
    const self = { from: 'source.resets', to: 'source' };
    expect(problemOf([self, { from: 'source.numbers', to: 'sink' }])).toBe('source');
  });

  test('where no kernel handles anything it says so', () => {
    const deaf = new Map([['deaf.cu', programOf('deaf.cu', [{ name: 'deaf' }])]]);
    const topology: Topology = { version: 1, actors: [{ id: 'deaf', kernel: 'deaf', source: 'deaf.cu' }] };
    expect(findRecipient({ topology, programs: deaf }, {})).toMatchObject({
      problem: { code: 'no-recipient', message: 'No actor handles any message: deaf.' },
    });
  });

  test('an instance is named behind #', () => {
    expect(find('sink#2', 'app::Reset')).toEqual(['sink', 2, 'app::Reset']);
    expect(find('sink#3', 'Reset')).toBe("There is no actor 'sink#3'; there is sink#0 to sink#2.");
    expect(find('source#1')).toBe("There is no actor 'source#1'; there is only source#0.");
  });

  test('an unknown type lists what is handled', () => {
    expect(find('sink', 'Numbr')).toBe("'sink' handles no 'Numbr'. It handles: Number, app::Reset.");
    expect(find(undefined, 'Numbr')).toBe("No actor handles 'Numbr'. Handled: app::Reset, Number.");
  });
});

describe('a bare .cu', () => {
  const program = programOf('kernels/math.cu', [{ name: 'vector_add' }, { name: 'pagerank' }]);

  test('is an actor per kernel, named like it', () => {
    expect(bareTopology(program)).toEqual({
      version: 1,
      actors: [
        { id: 'vector_add', kernel: 'vector_add', source: 'kernels/math.cu' },
        { id: 'pagerank', kernel: 'pagerank', source: 'kernels/math.cu' },
      ],
    });
    expect(bareTopology(program, { kernel: 'pagerank' }).actors).toHaveLength(1);
  });

  test('an unknown kernel says what is loaded', () => {
    const error = (): unknown => {
      try {
        return bareTopology(program, { kernel: 'vectr_add' });
      } catch (thrown) {
        return thrown;
      }
    };
    expect(String(error())).toBe(
      "KernelNotFound: kernel 'vectr_add' is not loaded. Loaded: vector_add, pagerank. Did you mean 'vector_add'?",
    );
    expect(() => bareTopology(programOf('empty.cu', []))).toThrow('empty.cu declares no kernel.');
  });
});

describe('circles of blocking queues', () => {
  const resets = (from: string, to: string) => ({ from: `${from}.resets`, to });
  const actor = (id: string, more: object = {}) => ({ ...source, id, ...more });

  test('are warnings with their way, each actor named once', () => {
    const actors = ['a', 'b', 'c', 'd', 'e'].map((id) => actor(id));
    const channels = [resets('d', 'a'), resets('a', 'b'), resets('b', 'c'), resets('c', 'a'), resets('e', 'e')];
    const tip = 'Fine when fewer messages go round than a queue holds. Else give one of them another overflow policy.';
    const all = validateTopology({ version: 1, actors, channels }, programs);
    expect(all).toEqual([
      {
        severity: 'warning',
        code: 'blocking-cycle',
        message:
          "'a' → 'b' → 'c' → 'a' is a circle of queues that all block: when all are full, none of these actors moves any more.",
        tip,
        path: 'channels[1]',
      },
      expect.objectContaining({
        path: 'channels[4]',
        message: expect.stringMatching(/^'e' → 'e' is a circle/) as string,
      }),
    ]);
  });

  test('are none where one of them does not wait', () => {
    const actors = [actor('a'), actor('b', { queue: { overflow: 'reject' } })];
    expect(problemsOf({ actors, channels: [resets('a', 'b'), resets('b', 'a')] })).toEqual([]);
  });

  test('are found among many actors without a circle', () => {
    const ids = Array.from({ length: 3000 }, (_, index) => `a${index}`);
    const channels = ids.slice(1).map((id, index) => resets(`a${index}`, id));
    const chain = { actors: ids.map((id) => actor(id)), channels };
    expect(problemsOf(chain)).toEqual([]);
    expect(problemsOf({ ...chain, channels: [...channels, resets('a2999', 'a2998')] })).toEqual([
      expect.stringContaining("'a2998' → 'a2999' → 'a2998'") as string,
    ]);
  });
});

describe('supervisors', () => {
  const supervised = (supervisors: NonNullable<Topology['supervisors']>): string[] =>
    problemsOf({ actors: [source, sink], supervisors });
  const one = { strategy: 'one-for-one' } as const;

  test('watch actors and each other', () => {
    const top = { ...one, id: 'top', children: ['inner', 'source'] };
    expect(supervised([top, { ...one, id: 'inner', children: ['sink'] }])).toEqual([]);
  });

  test('name children that are there, once, and form trees', () => {
    const problems = supervised([
      { ...one, id: 'sink', children: ['sorce', 'top'] },
      { ...one, id: 'top', children: ['source', 'source'] },
      { ...one, id: 'x', children: ['y'] },
      { ...one, id: 'y', children: ['x', 'source'], backoff: { minMs: 20, maxMs: 10 } },
    ]);
    expect(problems).toEqual([
      expect.stringMatching(/^duplicate-id .*The id 'sink' is already taken by an actor/),
      expect.stringMatching(/^unknown-child .*There is no actor and no supervisor 'sorce'/),
      expect.stringMatching(/^duplicate-child .*'source' is a child of 'top' already/),
      expect.stringMatching(/^duplicate-child .*'source' is a child of 'top' already/),
      expect.stringMatching(/^supervision-cycle .*'x' → 'y' → 'x' watch each other/),
      expect.stringMatching(/^out-of-range .*begins with 20 ms, which is more than its most, 10 ms/),
    ]);
  });
});
