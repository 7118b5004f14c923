import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';

import { HEADER } from '../../abi/arena-layout.ts';
import { StudioError } from '../../base/studio-error.ts';
import { layoutStruct, sizeOf, withTypeId } from '../../model/layout.ts';
import type { FieldType, StructType } from '../../model/message-type.ts';
import { conformanceImage } from '../../testing/conformance-kernels.ts';
import { Stage } from '../../testing/stage.ts';
import { decodeCheckpoint, encodeCheckpoint } from './checkpoint-file.ts';

let file: Uint8Array<ArrayBuffer>;

beforeAll(async () => {
  const { runtime } = new Stage(1);
  const program = await runtime.load(conformanceImage);
  const sink = await runtime.launch(program.kernel('sink'), { queue: { capacity: 16 } });
  for (let sequence = 0; sequence < 3; sequence++)
    sink.trySend({ producer: 0, sequence, value: sequence }, { type: 'Item' });
  file = await runtime.checkpoint();
});

type Tree = Record<string, unknown>;

/** Where numbers and texts are. */
function leavesOf(tree: unknown, path: readonly string[] = []): readonly (readonly string[])[] {
  if (typeof tree !== 'object' || tree === null) return [path];
  return Object.entries(tree).flatMap(([key, value]) => leavesOf(value, [...path, key]));
}

function codeOf(bytes: Uint8Array): string {
  try {
    decodeCheckpoint(bytes);
    return 'whole';
  } catch (error) {
    return error instanceof StudioError ? error.code : String(error);
  }
}

describe('the file of a checkpoint', () => {
  it('is read as it was written, wherever it lies in memory', () => {
    const shifted = new Uint8Array(file.length + 3);
    shifted.set(file, 3);
    const { header, body } = decodeCheckpoint(shifted.subarray(3));
    expect(header.actors.map(({ name, kernel, state }) => [name, kernel, state > 0])).toEqual([['sink', 'sink', true]]);
    expect(header.actors[0]?.instances[0]?.lanes['host']).toMatchObject({ messages: 3, end: 3 });
    expect(encodeCheckpoint({ header, body })).toEqual(file);
  });

  it('is refused when any byte of it is another one, or any number of them is missing', () => {
    fc.assert(
      fc.property(fc.nat(file.length - 1), fc.integer({ min: 1, max: 255 }), (at, change) => {
        const changed = file.slice();
        changed[at]! ^= change;
        expect(codeOf(changed)).toMatch(/^(BadCheckpoint|CheckpointTooNew)$/);
        expect(codeOf(file.subarray(0, at))).toBe('BadCheckpoint');
      }),
      { numRuns: 400, seed: 3 },
    );
  });

  it('of a newer version says so', () => {
    const newer = file.slice();
    newer[8] = 2;
    expect(() => decodeCheckpoint(newer)).toThrow('the checkpoint has version 2; this studio reads up to 1.');
  });

  it('whose header contradicts itself is refused, though its checksum is right', () => {
    const { header, body } = decodeCheckpoint(file);
    const [actor] = header.actors;
    const state = { at: 8, bytes: body.length };
    const instances = [{ ...actor!.instances[0]!, state }];
    const wrong = encodeCheckpoint({ header: { ...header, actors: [{ ...actor!, instances }] }, body });
    expect(() => decodeCheckpoint(wrong)).toThrow('its header holds what it must not');
    const types = header.types.map((type) => ({ ...type, sizeBytes: type.sizeBytes + 8 }));
    expect(codeOf(encodeCheckpoint({ header: { ...header, types }, body }))).toBe('BadCheckpoint');
  });

  it('is refused where types are made to take more work than the file has bytes', () => {
    const { header, body } = decodeCheckpoint(file);
    const nothing = withTypeId({ name: 'Nothing', fields: [], sizeBytes: 0, alignBytes: 1 });
    const element = { kind: 'struct', struct: nothing } as const;
    const many: readonly FieldType[] = [
      { kind: 'array', element, length: 2 ** 32 - 1 },
      { kind: 'array', element: { kind: 'array', element, length: 0 }, length: 2 ** 32 - 1 },
      { kind: 'list', element, capacity: 2 ** 32 - 1 },
    ];
    for (const type of many) {
      const sizeBytes = sizeOf(type);
      const fields = [{ name: 'all', type, offset: 0, sizeBytes }];
      const huge = withTypeId({ name: 'Huge', fields, sizeBytes, alignBytes: 1 });
      expect(codeOf(encodeCheckpoint({ header: { ...header, types: [...header.types, huge] }, body }))).toBe(
        'BadCheckpoint',
      );
    }
  });

  it('holds structs in structs, and is refused where their nesting would take too much of a stack', () => {
    const { header, body } = decodeCheckpoint(file);
    const codeWith = (type: StructType): string =>
      codeOf(encodeCheckpoint({ header: { ...header, types: [...header.types, type] }, body }));
    let [struct] = header.types;
    for (let level = 0; level < 100; level++)
      struct = layoutStruct({ name: 'Outer', fields: [{ name: 'inner', type: { kind: 'struct', struct: struct! } }] });
    expect(codeWith(struct!)).toBe('whole');
    let type: FieldType = { kind: 'scalar', scalar: 'u8' };
    for (let level = 0; level < 3000; level++) type = { kind: 'array', element: type, length: 1 };
    expect(codeWith({ ...struct!, fields: [{ name: 'deep', type, offset: 0, sizeBytes: 1 }] })).toBe('BadCheckpoint');
  });

  it('whose numbers are other ones is refused as what it is, or restored; nothing else happens', async () => {
    const { header, body } = decodeCheckpoint(file);
    const paths = leavesOf(header);
    const odd = fc.constantFrom<unknown>(
      0,
      1,
      8,
      255,
      2 ** 31,
      2 ** 32 - 1,
      2 ** 53 - 1,
      1e300,
      -1,
      '',
      '9'.repeat(20),
    );
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...paths), odd, async (path, value) => {
        const copy = structuredClone(header);
        const owner = path.slice(0, -1).reduce<unknown>((at, key) => (at as Tree)[key], copy) as Tree;
        owner[path.at(-1)!] = value;
        const { runtime } = new Stage(1);
        await runtime.launch((await runtime.load(conformanceImage)).kernel('sink'), { queue: { capacity: 16 } });
        const outcome = await runtime.restore(encodeCheckpoint({ header: copy, body })).then(
          ({ takenAtMs }) => new Date(takenAtMs).toISOString(),
          (error: unknown) => (error instanceof StudioError ? error.code : error),
        );
        expect(outcome).toMatch(/^(BadCheckpoint|CheckpointMismatch|[\d-]+T.*)$/);
      }),
      { numRuns: 300, seed: 5 },
    );
  });

  it('says what waits for the host in the size of its type, or is refused', async () => {
    const { runtime } = new Stage(1);
    const program = await runtime.load(conformanceImage);
    const relay = await runtime.launch(program.kernel('relay'), { queue: { capacity: 16 } });
    const stage = new Stage(2);
    await stage.runtime.launch((await stage.runtime.load(conformanceImage)).kernel('relay'), {
      queue: { capacity: 16 },
    });
    const { header, body } = decodeCheckpoint(await runtime.checkpoint());
    const message = new Uint8Array(64 + 8);
    const view = new DataView(message.buffer);
    view.setUint32(HEADER.payloadBytes, 4, true);
    view.setUint32(HEADER.typeId, program.kernel('relay').info.outputs[0]!.message.typeId, true);
    view.setUint32(HEADER.source, relay.instances[0]!.id, true);
    const larger = new Uint8Array(body.length + message.length);
    larger.set(body);
    larger.set(message, body.length);
    const queue = { messages: 1, section: { at: body.length, bytes: message.length } };
    const topics = [{ topic: 'a', actor: 'relay', instance: 0, port: 'out' }];
    const [actor] = header.actors;
    const toHost = { ...queue, end: 1 };
    for (const wrong of [
      { received: queue },
      { retained: { ...queue, topics } },
      { retained: { ...queue, topics: [] } },
      { actors: [{ ...actor!, instances: [{ ...actor!.instances[0]!, toHost }] }] },
    ]) {
      const made = encodeCheckpoint({ header: { ...header, ...wrong }, body: larger });
      await expect(stage.runtime.restore(made)).rejects.toMatchObject({ code: 'BadCheckpoint' });
    }
  });

  it('that somebody made by hand is not written past what it belongs to', async () => {
    const { header, body } = decodeCheckpoint(file);
    const [actor] = header.actors;
    const [instance] = actor!.instances;
    const larger = new Uint8Array(body.length + 8192);
    larger.set(body);
    const histogram = { at: instance!.histogram.at, bytes: instance!.histogram.bytes + 4096 };
    const instances = [{ ...instance!, histogram }];
    const made = encodeCheckpoint({ header: { ...header, actors: [{ ...actor!, instances }] }, body: larger });
    const { runtime } = new Stage(1);
    await runtime.launch((await runtime.load(conformanceImage)).kernel('sink'), { queue: { capacity: 16 } });
    await expect(runtime.restore(made)).rejects.toMatchObject({ code: 'BadCheckpoint' });
    await expect(runtime.restore(file)).resolves.toMatchObject({ migrations: [] });
  });
});
