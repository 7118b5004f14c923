import { describe, expect, test } from 'vitest';
import { parseTopology } from './parse-topology.ts';
import { actorSettings, type Topology } from './topology.ts';
import { stringifyTopology, topologyJsonSchema } from './write-topology.ts';

const file = 'topology.ring.json';

function problemsOf(document: unknown): string[] {
  const result = parseTopology(typeof document === 'string' ? document : JSON.stringify(document), file);
  if ('document' in result) return [];
  return result.problems.map(({ code, path, message, tip }) => [code, path, message, tip].filter(Boolean).join(' | '));
}

const actor = { id: 'map', kernel: 'map', source: 'map.cu' };
const withActor = (changes: object): object => ({ version: 1, actors: [{ ...actor, ...changes }] });

describe('reading a topology', () => {
  test('a document without problems comes back as it was written', () => {
    const document = {
      version: 1,
      device: 'cpu',
      actors: [actor, { ...actor, id: 'sink', instances: 2, queue: { capacity: 16, overflow: 'reject' } }],
      channels: [{ from: 'map.mapped', to: 'sink', routing: { key: 'value' } }],
      subscriptions: [{ topic: 'numbers/#', to: 'sink' }],
      inject: [{ to: 'map', message: { value: 1 } }],
    };
    expect(parseTopology(JSON.stringify(document), file)).toEqual({ document });
  });

  test('block and grid are a number or up to three, within the limits of CUDA', () => {
    for (const block of [1, 1024, [32], [16, 16], [4, 4, 64]]) expect(problemsOf(withActor({ block }))).toEqual([]);
    for (const grid of [65_535, [4, 2], [1, 1, 65_535]]) expect(problemsOf(withActor({ grid }))).toEqual([]);
    const block = 'actors[0].block';
    expect(problemsOf(withActor({ block: 1025 }))).toEqual([
      `out-of-range | ${block} | 1025 is too large: at most 1024.`,
    ]);
    expect(problemsOf(withActor({ block: [32, 64] }))).toEqual([
      `out-of-range | ${block} | 32×64 = 2,048 threads; a block has at most 1,024.`,
    ]);
    expect(problemsOf(withActor({ block: [1, 1, 65] }))).toEqual([
      `out-of-range | ${block} | z is 65; it is a whole number from 1 to 64.`,
    ]);
    expect(problemsOf(withActor({ block: [8, 0] }))).toEqual([
      `out-of-range | ${block}[1] | 0 is too small: at least 1.`,
    ]);
    const shape = `invalid | ${block} | Expected a number, or an array of one to three numbers.`;
    for (const wrong of ['256', [1, 1, 1, 1], [1.5], {}])
      expect(problemsOf(withActor({ block: wrong }))).toEqual([shape]);
    expect(problemsOf(withActor({ grid: [256, 256] }))).toEqual([
      'out-of-range | actors[0].grid | 256×256 = 65,536 blocks; an actor has at most 65,535.',
    ]);
  });

  test('every problem has its line', () => {
    const text = '{\n  "version": 1,\n  "actors": [\n    {\n      "id": "a",\n      "kernel": 5\n    }\n  ]\n}';
    const result = parseTopology(text, file);
    const places = 'problems' in result ? result.problems.map(({ path, location }) => [path, location?.line]) : [];
    expect(places).toEqual([
      ['actors[0].kernel', 6],
      ['actors[0].source', 4],
    ]);
  });

  test('broken JSON has its line', () => {
    expect(parseTopology('{\n  "version": 1,,\n}', file)).toMatchObject({
      problems: [{ code: 'broken-json', location: { file, line: 2, column: 16 } }],
    });
  });

  test('a newer version says so, whatever else it holds', () => {
    expect(problemsOf({ version: 2, agents: [] })).toEqual([
      'newer-version | version | This topology has version 2; this Ring Kernel Studio reads versions up to 1. | ' +
        'Update Ring Kernel Studio.',
    ]);
  });

  test('a missing or unknown version is a problem', () => {
    expect(problemsOf({ actors: [] })).toEqual(["missing-field | version | The field 'version' is missing."]);
    expect(problemsOf({ version: '1', actors: [] })).toEqual([
      'unknown-value | version | Expected 1; found the string "1".',
    ]);
    expect(problemsOf([])).toEqual(['wrong-type | A topology is a JSON object.']);
  });

  test('an unknown field proposes what was meant, at every depth', () => {
    expect(problemsOf({ ...withActor({ queue: { capcity: 16 } }), chanels: [] })).toEqual([
      "unknown-field | actors[0].queue.capcity | There is no field 'capcity' here. " +
        "Fields: capacity, urgent, overflow, outbox, dedup. | Did you mean 'capacity'?",
      expect.stringContaining("Did you mean 'channels'?"),
    ]);
  });

  test.each([
    [1000, 'not-a-power-of-two | actors[0].queue.capacity | 1000 is not a power of two. The nearest is 1024.'],
    [100, 'not-a-power-of-two | actors[0].queue.capacity | 100 is not a power of two. The nearest is 128.'],
    [90, 'not-a-power-of-two | actors[0].queue.capacity | 90 is not a power of two. The nearest is 64.'],
    [8, 'out-of-range | actors[0].queue.capacity | 8 is too small: at least 16.'],
    [2 ** 21, 'out-of-range | actors[0].queue.capacity | 2097152 is too large: at most 1048576.'],
    [16.5, 'wrong-type | actors[0].queue.capacity | Expected an integer, found 16.5.'],
  ])('the capacity %s is refused', (capacity, problem) => {
    expect(problemsOf(withActor({ queue: { capacity } }))).toEqual([problem]);
  });

  test.each([
    ['../map.cu', 'path-outside-project'],
    ['kernels/../../map.cu', 'path-outside-project'],
    ['/etc/map.cu', 'path-outside-project'],
    ['C:/map.cu', 'path-outside-project'],
    ['\\\\server\\map.cu', 'path-outside-project'],
    ['kernels\\map.cu', 'invalid-path'],
    ['map.cpp', 'invalid-path'],
  ])('the source %s is refused', (source, code) => {
    expect(problemsOf(withActor({ source }))[0]).toMatch(new RegExp(`^${code} \\| actors\\[0\\].source`));
  });

  test('a leading ./ means the same file', () => {
    expect(parseTopology(JSON.stringify(withActor({ source: './map.cu' })), file)).toMatchObject({
      document: { actors: [{ source: 'map.cu' }] },
    });
  });

  test('ids and channels are unique', () => {
    const channel = { from: 'map.out', to: 'map' };
    expect(problemsOf({ version: 1, actors: [actor, actor], channels: [channel, channel] })).toEqual([
      "duplicate-id | actors[1].id | The id 'map' is already taken by actors[0]. | Give each actor an id of its own.",
      "duplicate-channel | channels[1] | channels[0] already leads from 'map.out' to 'map'. | Remove one of the two.",
    ]);
  });

  test('a misspelled choice and a malformed name say what is expected', () => {
    expect(problemsOf({ ...withActor({ id: '1st' }), device: 'cud' })).toEqual([
      `unknown-value | device | Expected cpu, cuda; found the string "cud". | Did you mean 'cuda'?`,
      'wrong-format | actors[0].id | Expected letters, digits, _ and -, with a letter or _ first; found the string "1st".',
    ]);
    expect(problemsOf({ ...withActor({}), channels: [{ from: 'map', to: 'map' }] })[0]).toContain(
      'Expected "actor.output"',
    );
  });

  test('routings and subscriptions are checked', () => {
    const channel = { from: 'map.mapped', to: 'map' };
    const document = {
      ...withActor({}),
      channels: [{ ...channel, routing: 'all' }],
      subscriptions: [
        { topic: 'a/#/b', to: 'map' },
        { topic: 'a', to: 'map' },
        { topic: 'a', to: 'map' },
      ],
    };
    expect(problemsOf(document)).toEqual([
      'invalid | channels[0].routing | Expected "roundRobin", "broadcast", or { "key": "<field>" }.',
      "invalid-topic-pattern | subscriptions[0].topic | '#' stands for all the rest: nothing can follow it.",
    ]);
    expect(problemsOf({ ...document, channels: [], subscriptions: document.subscriptions.slice(1) })).toEqual([
      "duplicate-subscription | subscriptions[1] | subscriptions[0] already leads from 'a' to 'map'. | Remove one of the two.",
    ]);
  });

  test('what an actor leaves out has a default', () => {
    expect(actorSettings(actor)).toEqual({
      ...{ instances: 1, capacity: 1024, urgent: 1024, overflow: 'block', outbox: 1024, dedup: 0 },
    });
    const limited = { ...actor, queue: { capacity: 65_536, dedup: 8 } };
    expect(actorSettings(limited)).toMatchObject({ capacity: 65_536, urgent: 1024, dedup: 8 });
    expect(actorSettings({ ...actor, queue: { capacity: 64 } }).urgent).toBe(64);
  });
});

describe('writing a topology', () => {
  test('keys have a stable order and nothing is filled in', () => {
    const shuffled: Topology = {
      actors: [{ source: 'map.cu', id: 'map', queue: { overflow: 'block', capacity: 32 }, kernel: 'map' }],
      version: 1,
    };
    const text = stringifyTopology(shuffled);
    expect(text).toBe(
      `${JSON.stringify({ version: 1, actors: [{ ...actor, queue: { capacity: 32, overflow: 'block' } }] }, null, 2)}\n`,
    );
    const parsed = parseTopology(text, file);
    expect('document' in parsed && stringifyTopology(parsed.document)).toBe(text);
  });

  test('integers beyond 2^53 stay exact', () => {
    const parsed = parseTopology('{"version":1,"actors":[],"inject":[{"message":{"n":18446744073709551615}}]}', file);
    expect('document' in parsed && stringifyTopology(parsed.document)).toContain('"n": "18446744073709551615"');
  });

  // After a change of the schema: npx vitest run app/model/topology --update
  test('the published JSON Schema is current', async () => {
    await expect(topologyJsonSchema()).toMatchFileSnapshot('../../../docs/schema/topology.schema.json');
  });
});
