import ts from 'typescript';
import { describe, expect, test } from 'vitest';
import { array, buffer, enumOf, list, nested, scalar, text } from '../../testing/field-types.ts';
import { programOf } from '../../testing/programs.ts';
import { layoutStruct } from '../layout.ts';
import { generateTypeScript } from './typescript-types.ts';

/** What the strict compiler says about the generated file and a user's file beside it. */
function compileErrors(messages: string, user = ''): string[] {
  const files = new Map([
    ['/messages.ts', messages],
    ['/user.ts', user],
  ]);
  const options: ts.CompilerOptions = {
    strict: true,
    noEmit: true,
    target: ts.ScriptTarget.ES2022,
    lib: ['lib.es2022.d.ts'],
    types: [],
    allowImportingTsExtensions: true,
  };
  const host = ts.createCompilerHost(options);
  const readLibrary = host.getSourceFile.bind(host);
  host.getSourceFile = (name, target) => {
    const content = files.get(name);
    return content === undefined ? readLibrary(name, target) : ts.createSourceFile(name, content, target);
  };
  host.fileExists = (name) => files.has(name);
  const program = ts.createProgram([...files.keys()], options, host);
  return ts
    .getPreEmitDiagnostics(program)
    .map(({ file, messageText }) => `${file?.fileName ?? ''}: ${ts.flattenDiagnosticMessageText(messageText, ' ')}`);
}

const mode = enumOf({
  name: 'app::Mode',
  underlying: 'u8',
  doc: 'How it works.',
  values: [
    { name: 'Off', value: '0', doc: 'Does nothing.' },
    { name: 'On', value: '1' },
  ],
});
const point = layoutStruct({
  name: 'app::Point',
  fields: [
    { name: 'x', type: scalar('f32'), default: 0 },
    { name: 'y', type: scalar('f32'), default: 1.5, doc: 'Up is positive.' },
  ],
});
const request = layoutStruct({
  name: 'app::Request',
  doc: 'Asks for */ a path.',
  fields: [
    { name: 'id', type: scalar('u64') },
    { name: 'mode', type: mode, default: 'On' },
    { name: 'from', type: nested(point) },
    { name: 'grade', type: scalar('char') },
    { name: 'name', type: text(16) },
    { name: 'code', type: array(scalar('char'), 4) },
    { name: 'codes', type: array(array(scalar('char'), 4), 2) },
    { name: 'stops', type: list(nested(point), 8) },
    { name: 'on', type: scalar('bool') },
  ],
});
const reply = layoutStruct({ name: 'Reply', fields: [{ name: 'path', type: list(nested(point), 8) }] });
const tick = layoutStruct({ name: 'Tick', fields: [] });

describe('generated TypeScript', () => {
  const program = programOf('route.cu', [{ name: 'route', handles: [request, tick], outputs: { replies: reply } }]);
  const messages = generateTypeScript([program]);

  test('reads like code written by hand', async () => {
    await expect(messages).toMatchFileSnapshot('fixtures/messages.ts.txt');
  });

  test('compiles, and takes what the library takes', () => {
    const user = `
      import { messages, type Reply, type RequestInput, type TickInput } from './messages.ts';
      export const request: RequestInput = {
        id: 2n ** 63n, grade: 'A', name: 'a', code: 'abcd', codes: ['ab', 'cd'], stops: [{ y: 1 }, {}], on: true,
      };
      export const tick: TickInput = {};
      export const typeId: ${reply.typeId} = messages.Reply.typeId;
      export function length(reply: Reply): number { return reply.path.map(({ x, y }) => x + y).length; }
    `;
    expect(compileErrors(messages, user)).toEqual([]);
  });

  test('refuses what the codecs refuse', () => {
    const user = `
      import type { RequestInput, TickInput } from './messages.ts';
      export const tick: TickInput = { extra: 1 };
      export const part: Pick<RequestInput, 'id'> = {};
      export const mode: RequestInput['mode'] = 'Onn';
    `;
    expect(compileErrors(messages, user)).toHaveLength(3);
  });
});

describe('a buffer', () => {
  const samples = layoutStruct({ name: 'Samples', fields: [{ name: 'values', type: buffer(scalar('f32')) }] });

  test('is a handle or null, and takes a buffer of the runtime', () => {
    const messages = generateTypeScript([programOf('b.cu', [{ name: 'b', handles: [samples] }])]);
    expect(messages).toContain('readonly values: { readonly buffer: number } | null;');
    const user = `
      import type { SamplesInput } from './messages.ts';
      class UnifiedBuffer { get buffer(): number { return 1; } }
      export const all: SamplesInput[] = [{ values: null }, { values: { buffer: 1048576 } }, { values: new UnifiedBuffer() }];
    `;
    expect(compileErrors(messages, user)).toEqual([]);
  });
});

describe('names', () => {
  const structOf = (name: string, kind: 'u8' | 'u16' = 'u8') =>
    layoutStruct({ name, fields: [{ name: 'größe', type: scalar(kind) }] });

  test('clashes between namespaces, files, inputs and TypeScript’s own words are resolved', () => {
    const programs = [
      programOf('a.cu', [
        { name: 'a', handles: [structOf('a::M'), structOf('b::M'), structOf('Same'), structOf('Filter')] },
      ]),
      programOf('b.cu', [
        { name: 'b', handles: [structOf('Same'), structOf('Other'), structOf('string'), structOf('FilterInput')] },
      ]),
      programOf('c.cu', [{ name: 'c', handles: [structOf('Other', 'u16')] }]),
    ];
    const messages = generateTypeScript(programs);
    const declared = [...messages.matchAll(/^export interface (\w+)/gm)].map(([, name]) => name);
    expect(declared.filter((name) => !/Input(_\d)?$/.test(name!)).sort()).toEqual([
      'Filter',
      'Other',
      'Other_2',
      'Same',
      'a_M',
      'b_M',
      'string_2',
    ]);
    expect(new Set(declared).size).toBe(declared.length);
    expect(compileErrors(messages)).toEqual([]);
  });

  test('a program without messages gives a file that compiles', () => {
    expect(compileErrors(generateTypeScript([programOf('empty.cu', [])]))).toEqual([]);
  });
});
