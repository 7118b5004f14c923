import { describe, expect, it } from 'vitest';

import type { FieldType, StructType } from '../../app/model/message-type.ts';
import type { ProgramInfo } from '../../app/model/program.ts';
import { offersAt } from './completion.ts';
import type { Sources } from './knowledge.ts';

const f32: FieldType = { kind: 'scalar', scalar: 'f32' };
const u32: FieldType = { kind: 'scalar', scalar: 'u32' };

function struct(name: string, fields: readonly (readonly [string, FieldType, string?])[]): StructType {
  return {
    ...{ name, sizeBytes: 4 * fields.length, alignBytes: 4, typeId: name.length },
    fields: fields.map(([field, type, doc], index) => ({
      ...{ name: field, type, offset: 4 * index, sizeBytes: 4 },
      ...(doc === undefined ? {} : { doc }),
    })),
  };
}

const vec3 = struct('Vec3', [
  ['x', f32],
  ['y', f32],
  ['z', f32],
]);
const reading = struct('Reading', [
  ['sensor', u32],
  ['value', f32, 'mm/s'],
  ['position', { kind: 'struct', struct: vec3 }],
  ['label', { kind: 'text', capacity: 16 }],
  ['trail', { kind: 'list', element: { kind: 'struct', struct: vec3 }, capacity: 4 }],
]);
const average = struct('Average', [['mean', f32]]);
const meanState = struct('MeanState', [
  ['sum', f32],
  ['count', u32],
]);
const location = { file: 'mean.cu', line: 1 };
const program: ProgramInfo = {
  file: 'mean.cu',
  functions: [],
  symbols: [],
  structs: [average, meanState, reading],
  threads: 'one',
  kernels: [
    {
      ...{ name: 'mean', state: meanState, block: [1, 1, 1], grid: [1, 1, 1], location },
      handlers: [{ message: reading, location }],
      outputs: [{ name: 'averages', index: 0, message: average, location }],
    },
  ],
};

const head = `struct MeanState {
  float sum;  ///< of all
  uint32_t count;
  uint32_t fresh;  ///< not compiled yet
};
__device__ float half_of(const MeanState& s) { return s. }
RING_KERNEL(mean, MeanState);
RING_OUTPUT(mean, averages, Average);
`;

/** Labels offered at the place of `|` in a handler of Reading. */
function labels(body: string, { whole = false } = {}): readonly string[] {
  const marked = whole ? body : `${head}RING_ON(mean, Reading) {\n  ${body}\n}\n`;
  const offset = marked.indexOf('|');
  const text = marked.replace('|', '');
  const files = ['mean.cu', 'types.cuh'];
  const sources: Sources = { path: 'mean.cu', text, programs: { 'mean.cu': program }, files, textOf: () => undefined };
  return offersAt(sources, offset).map(({ label }) => label);
}

describe('offers of fields', () => {
  it('of the message are those of the handled type', () => {
    expect(labels('float x = msg.|')).toEqual(['sensor', 'value', 'position', 'label', 'trail']);
  });

  it('of the state come with those written since the last good compile', () => {
    expect(labels('state.|')).toEqual(['sum', 'count', 'fresh']);
  });

  it('go into nested structs, lists and texts', () => {
    expect(labels('msg.position.|')).toEqual(['x', 'y', 'z']);
    expect(labels('msg.trail[0].|')).toEqual(['x', 'y', 'z']);
    expect(labels('msg.label.|')).toContain('push_back');
    expect(labels('msg.trail.|')).toContain('size');
    expect(labels('msg.trail.|')).not.toContain('append');
  });

  it('of local variables go by their declared types, through auto and loops as well', () => {
    expect(labels('Average a; a.|')).toEqual(['mean']);
    expect(labels('const auto& p = msg.position; p.|')).toEqual(['x', 'y', 'z']);
    expect(labels('for (const Vec3& point : msg.trail) { point.|')).toEqual(['x', 'y', 'z']);
    expect(labels('for (const auto& point : msg.trail) { point.|')).toEqual(['x', 'y', 'z']);
    expect(labels('auto made = Average{1}; made.|')).toEqual(['mean']);
    expect(labels('float4 v; v.|')).toEqual(['x', 'y', 'z', 'w']);
  });

  it('of parameters go by their types', () => {
    expect(labels(head.replace('s. }', 's.| }'), { whole: true })).toEqual(['sum', 'count', 'fresh']);
  });

  it('are none for what cannot be told', () => {
    expect(labels('unknown.|')).toEqual([]);
  });

  it('work while a brace is missing above', () => {
    const text = `${head}RING_ON(mean, Reading) {\n  if (true) {\n}\nRING_ON(mean, Reading) {\n  msg.|\n`;
    expect(labels(text, { whole: true })).toContain('sensor');
  });
});

describe('offers of the API', () => {
  it('of ctx are its members', () => {
    const offered = labels('ctx.|');
    expect(offered).toContain('emit');
    expect(offered).toContain('publish');
    expect(offered).toContain('sync_grid');
  });

  it('of ctx.emit are the outputs of the kernel, then their message', () => {
    expect(labels('ctx.emit(|)')).toEqual(['averages']);
    expect(labels('ctx.emit(averages, |)')[0]).toBe('Average');
  });

  it('of macros are kernels and structs', () => {
    expect(labels('RING_ON(|', { whole: true })).toEqual(['mean']);
    expect(labels(`${head}RING_ON(mean, |`, { whole: true })).toContain('Reading');
  });

  it('have macros outside of handlers and ctx inside', () => {
    expect(labels(`${head}\n|`, { whole: true })).toContain('RING_ON');
    expect(labels('|')).toContain('ctx');
    expect(labels('|')).not.toContain('RING_ON');
    expect(labels('__po|')).toContain('__popc');
  });

  it('of ring:: are its types', () => {
    const types = ['text', 'list', 'context', 'buffer', 'actor_ref', 'retain'];
    expect(labels('ring::|')).toEqual([...types, 'plus', 'minimum', 'maximum', 'philox', 'any']);
  });
});

describe('offers', () => {
  it('include locals before the cursor', () => {
    expect(labels('const float half = 2; ha|')).toContain('half');
  });

  it('are none in comments and strings, and headers in an #include', () => {
    expect(labels('// msg.|')).toEqual([]);
    expect(labels('printf("msg.|")')).toEqual([]);
    expect(labels('#include "|', { whole: true })).toContain('types.cuh');
  });
});
