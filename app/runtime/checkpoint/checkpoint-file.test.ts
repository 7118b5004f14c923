import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';

import { StudioError } from '../../base/studio-error.ts';
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
