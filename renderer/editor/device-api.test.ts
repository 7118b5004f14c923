import { describe, expect, it } from 'vitest';

import {
  bufferMembers,
  contextMembers,
  globals,
  listMembers,
  macros,
  ringMembers,
  textMembers,
  vectorTypes,
} from './device-api.ts';

// Read by vitest's bundler: tests of the renderer have no Node either.
const headers = import.meta.glob<string>('../../kernels/{actor,cpu}/*.{cuh,h}', {
  ...{ query: '?raw', eager: true, import: 'default' },
});
const read = (file: string): string => headers[`../../kernels/${file}`]!;
const cpu = Object.entries(headers)
  .flatMap(([file, text]) => (file.includes('/cpu/') ? [text] : []))
  .join('\n');

/** Names of the public functions of a class or struct. */
function publicFunctions(text: string, head: RegExp): ReadonlySet<string> {
  const start = head.exec(text)!.index;
  const body = text.slice(start, text.indexOf('\n};', start)).split(/^ private:/m)[0]!;
  const names = [...body.matchAll(/^ {2}RING_H?D [^=;(]*?(\w+)\(/gm)].map((match) => match[1]!);
  return new Set(names.filter((name) => name !== 'context'));
}

const names = (entries: readonly { readonly name: string }[]): ReadonlySet<string> =>
  new Set(entries.map(({ name }) => name));

describe('the table of the device API', () => {
  it('has every public member of the context and no other', () => {
    const declared = publicFunctions(read('actor/ring_context.cuh'), /^class context /m);
    const inherited = publicFunctions(read('actor/ring_collectives.cuh'), /^class collectives /m);
    expect(names(contextMembers)).toEqual(new Set([...declared, ...inherited]));
  });

  it('offers members that the header does not refuse', () => {
    expect(read('actor/ring_context.cuh')).not.toContain('RING_UNAVAILABLE');
  });

  it('has the members of text, list and buffer', () => {
    const types = read('actor/ring_types.cuh');
    expect(names(textMembers)).toEqual(publicFunctions(types, /^struct text /m));
    expect(names(listMembers)).toEqual(publicFunctions(types, /^struct list /m));
    const ofBuffer = publicFunctions(read('actor/ring_buffer.cuh'), /^struct buffer /m);
    expect(names(bufferMembers)).toEqual(new Set([...ofBuffer].filter((name) => name !== 'bool'))); // an operator
  });

  it('has every macro of a kernel', () => {
    const declared = [...read('actor/ring_kernel.cuh').matchAll(/^#define (RING_\w+)/gm)].map((match) => match[1]!);
    expect(names(macros)).toEqual(new Set([...declared, 'RING_D', 'RING_HD']));
  });

  it('names nothing of namespace ring that is not there', () => {
    const headersOfRing = ['types', 'context', 'buffer', 'names', 'collectives', 'random'];
    const files = headersOfRing.map((name) => read(`actor/ring_${name}.cuh`)).join('');
    for (const { name } of ringMembers) {
      expect(files).toMatch(new RegExp(`(struct|class|unsigned|uint4|constexpr publishing) ${name}\\b`));
    }
  });

  it.each(globals.map(({ name }) => name))('has %s as the CPU device has it', (name) => {
    expect(cpu).toMatch(new RegExp(`\\b${name}\\b`));
  });

  it('has the vector types', () => {
    expect(vectorTypes.get('float4')).toEqual(['x', 'y', 'z', 'w']);
    expect(cpu).toContain('RING_VECTOR(ulonglong,');
  });
});
