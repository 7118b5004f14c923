import { describe, expect, it } from 'vitest';
import { ByteCursor } from './byte-cursor.ts';
import { instrument } from './instrument.ts';
import { originalOffset } from './original-offset.ts';
import { SECTION, findSection, readExports, readSections } from './sections.ts';
import { syntheticModule } from './synthetic-module.fixture.ts';

describe('instrument', () => {
  it('encodes every size anew when bodies and sections outgrow their LEB128s', () => {
    for (const around of [100, 127, 16_383]) {
      const loopSizes = Array.from({ length: 40 }, (_, i) => around - 35 + i);
      const linked = syntheticModule({ loopSizes, hasStackPointer: true });
      const { wasm, insertions } = instrument(linked);
      expect(WebAssembly.validate(wasm)).toBe(true);
      expect(wasm.length).toBe(linked.length + insertions.reduce((sum, { length }) => sum + length, 0));
      expectSameBytesOutsideSizes(linked, wasm, insertions);
    }
  });

  it('keeps sizes that the linker padded as wide as they were', () => {
    const linked = syntheticModule({ loopSizes: [10], hasStackPointer: true, globalCount: 1, sizeWidth: 5 });
    const { wasm, insertions } = instrument(linked);
    expect(WebAssembly.validate(wasm)).toBe(true);
    expectSameBytesOutsideSizes(linked, wasm, insertions);
  });

  it.each([0, 1, 127, 128])('appends its global behind %i others', (globalCount) => {
    const { wasm } = instrument(syntheticModule({ loopSizes: [3], hasStackPointer: true, globalCount }));
    expect(WebAssembly.validate(wasm)).toBe(true);
    const limit = readExports(wasm).find(({ name }) => name === 'ring_stack_limit');
    expect(limit).toEqual({ name: 'ring_stack_limit', kind: 'global', index: 1 + globalCount });
  });

  it('leaves a module without stack and loops as it is', () => {
    const linked = syntheticModule({ loopSizes: [], hasStackPointer: false, exports: ['ring_stop_check'] });
    const { wasm, insertions } = instrument(linked);
    expect([...wasm]).toEqual([...linked]);
    expect(insertions).toEqual([]);
  });

  it('checks 300 functions and only them', () => {
    const linked = syntheticModule({ loopSizes: Array<number>(300).fill(5), hasStackPointer: false });
    const { wasm, insertions } = instrument(linked);
    expect(WebAssembly.validate(wasm)).toBe(true);
    expect(insertions.filter(({ length }) => length > 5)).toHaveLength(300);
  });

  it('refuses modules that it cannot serve', () => {
    const shape = { loopSizes: [1], hasStackPointer: true };
    expect(() => instrument(syntheticModule({ ...shape, exports: [] }))).toThrow("function 'ring_stop_check'");
    expect(() => instrument(syntheticModule({ ...shape, exports: ['ring_stop_check'] }))).toThrow(
      "function 'ring_stack_overflow'",
    );
    expect(() => instrument(syntheticModule(shape).subarray(0, 60))).toThrow('cut off');
    expect(() => instrument(new TextEncoder().encode('not wasm at all'))).toThrow('Not a WebAssembly module');
  });

  it('throws at an instruction whose length it does not know', () => {
    const linked = syntheticModule({ loopSizes: [1], hasStackPointer: false });
    linked[linked.length - 3] = 0xff;
    expect(() => instrument(linked)).toThrow('instruction 0xff');
  });
});

/** Follows every byte of the result back; only size fields and the counts of vectors may differ. */
function expectSameBytesOutsideSizes(
  linked: Uint8Array,
  wasm: Uint8Array,
  insertions: readonly { readonly at: number; readonly length: number }[],
): void {
  const sizes = sizeFields(linked);
  const inserted = new Map(insertions.map(({ at, length }) => [at, length]));
  let position = 0;
  for (let at = 0; at < linked.length; at += 1) {
    position += inserted.get(at) ?? 0;
    if (!sizes.has(at) && wasm[position] !== linked[at]) expect.fail(`byte ${at} of the original moved elsewhere`);
    if (originalOffset(position, insertions) !== at) expect.fail(`final offset ${position} should come from ${at}`);
    position += 1;
  }
}

function sizeFields(linked: Uint8Array): Set<number> {
  const fields = new Set<number>();
  const sections = readSections(linked);
  for (const { sizeAt, contentAt } of sections) {
    for (let at = sizeAt; at <= contentAt + 1; at += 1) fields.add(at);
  }
  const code = findSection(sections, SECTION.code);
  const cursor = new ByteCursor(linked, code?.contentAt);
  for (let rest = cursor.u32(); rest > 0; rest -= 1) {
    const from = cursor.at;
    const size = cursor.u32();
    for (let at = from; at < cursor.at; at += 1) fields.add(at);
    cursor.at += size;
  }
  return fields;
}
