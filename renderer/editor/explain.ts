import type { StructType } from '../../app/model/message-type.ts';
import type { KernelInfo } from '../../app/model/program.ts';
import { formatBytes, shortTypeName } from '../ui/format.ts';
import {
  contextMembers,
  globals,
  handlerScope,
  macros,
  ringMembers,
  vectorTypes,
  type ApiEntry,
} from './device-api.ts';
import {
  fieldsOf,
  findEnum,
  findKernel,
  findStruct,
  knownField,
  outputsOf,
  stateOf,
  typeText,
  type KnownField,
  type Sources,
} from './knowledge.ts';
import { membersOf } from './resolve.ts';
import { blanked, enclosingCall, enclosingHandler, memberChain, wordAt, zoneAt } from './source-scan.ts';

/** What is told about a word: C++ in a code block, then Markdown. */
export interface Explanation {
  readonly code: string;
  readonly text: string;
  /** Of the word. */
  readonly start: number;
  readonly end: number;
}

type Told = Pick<Explanation, 'code' | 'text'>;

/** What the word at an offset means; undefined where that cannot be told. */
export function explainAt(sources: Sources, offset: number): Explanation | undefined {
  const found = wordAt(sources.text, offset);
  if (found === undefined || /^\d/.test(found.word) || zoneAt(sources.text, found.start) !== 'code') return undefined;
  const { word, start } = found;
  const told = explainMember(sources, word, start) ?? explainName(sources, word, start);
  return told === undefined ? undefined : { ...told, start, end: start + word.length };
}

function explainMember(sources: Sources, word: string, start: number): Told | undefined {
  const chain = memberChain(blanked(sources.text), start);
  if (chain === undefined) return undefined;
  const members = membersOf(sources, chain, start);
  if (members === undefined) return undefined;
  switch (members.kind) {
    case 'fields': {
      const field = members.fields.find(({ name }) => name === word);
      return field === undefined ? undefined : explainField(field, members.struct);
    }
    case 'api':
      return explainEntry(members.entries.find(({ name }) => name === word));
    case 'values': {
      const value = members.names.find(({ name }) => name === word);
      return value === undefined ? undefined : { code: `${members.owner}::${word}`, text: value.doc ?? '' };
    }
  }
}

function explainName(sources: Sources, word: string, start: number): Told | undefined {
  const code = blanked(sources.text);
  const handler = enclosingHandler(code, start);
  if (handler !== undefined) {
    const entry = handlerScope.find(({ name }) => name === word);
    if (entry !== undefined) {
      const type = word === 'msg' ? handler.message : (stateOf(sources, handler.kernel) ?? 'ring::no_state');
      const signature = entry.signature.replace(/\b(Message|State)\b/, shortTypeName(type));
      return { code: signature, text: entry.doc };
    }
    const output = outputsOf(sources, handler.kernel).get(word);
    if (output !== undefined) return explainOutput(sources, { kernel: handler.kernel, port: word, message: output });
  }
  const call = enclosingCall(code, start);
  if (call !== undefined && /^RING_/.test(call.name)) {
    const told = explainDeclared(sources, word, { macro: call.name, argument: call.argument, kernel: call.before[0] });
    if (told !== undefined) return told;
  }
  return explainType(sources, word) ?? explainEntry([...macros, ...globals].find(({ name }) => name === word));
}

/** In the parentheses of a macro. */
function explainDeclared(
  sources: Sources,
  word: string,
  {
    macro,
    argument,
    kernel,
  }: { readonly macro: string; readonly argument: number; readonly kernel: string | undefined },
): Told | undefined {
  if (argument === 0) {
    const info = findKernel(sources, word);
    return info === undefined ? undefined : explainKernel(info);
  }
  if (macro === 'RING_OUTPUT' && argument === 1 && kernel !== undefined) {
    const message = outputsOf(sources, kernel).get(word);
    return message === undefined ? undefined : explainOutput(sources, { kernel, port: word, message });
  }
  return undefined;
}

function explainType(sources: Sources, word: string): Told | undefined {
  const struct = findStruct(sources, word);
  if (struct !== undefined) return explainStruct(struct);
  const found = findEnum(sources, word);
  if (found !== undefined) {
    const values = found.values.map(({ name, value }) => `  ${name} = ${value},`).join('\n');
    return { code: `enum class ${shortTypeName(found.name)} {\n${values}\n};`, text: found.doc ?? '' };
  }
  const components = vectorTypes.get(word);
  if (components !== undefined) {
    const scalar = word === 'dim3' ? 'unsigned' : word.replace(/\d$/, '');
    return { code: `struct ${word} { ${scalar} ${components.join(', ')}; };`, text: "One of CUDA's vector types." };
  }
  const written = fieldsOf(sources, word);
  if (written.length > 0) {
    const lines = written.map(({ type, name }) => `  ${type} ${name};`).join('\n');
    return { code: `struct ${word} {\n${lines}\n};`, text: 'Not compiled yet.' };
  }
  return word === 'ring'
    ? { code: 'namespace ring', text: 'The device API.' }
    : explainEntry(ringMembers.find(({ name }) => name === word));
}

function explainEntry(entry: ApiEntry | undefined): Told | undefined {
  return entry === undefined ? undefined : { code: entry.signature, text: entry.doc };
}

function explainField({ name, type, doc, default: value, offset, sizeBytes }: KnownField, struct: string): Told {
  const place =
    offset === undefined ? '' : `Offset ${offset}, ${formatBytes(sizeBytes ?? 0)}, in ${shortTypeName(struct)}`;
  const code = `${type} ${name}${value === undefined ? '' : ` = ${value}`};`;
  return { code, text: [doc ?? '', place].filter((part) => part !== '').join('\n\n') };
}

export function explainStruct({ name, fields, sizeBytes, alignBytes, doc }: StructType): Told {
  const known = fields.map(knownField);
  const width = Math.max(0, ...known.map((field) => field.type.length + field.name.length + 2));
  const lines = known.map((field, index) => {
    const declaration = `${field.type} ${field.name};`.padEnd(width);
    const remark = field.doc === undefined ? '' : `, ${field.doc}`;
    return `  ${declaration}  // ${fields[index]!.offset}${remark}`;
  });
  const code = `struct ${shortTypeName(name)} {\n${lines.join('\n')}\n};`;
  return { code, text: `${doc === undefined ? '' : `${doc}\n\n`}${formatBytes(sizeBytes)}, aligned to ${alignBytes}` };
}

function explainKernel({ name, state, handlers, outputs, doc }: KernelInfo): Told {
  const lines = [
    `RING_KERNEL(${name}${state === undefined ? '' : `, ${shortTypeName(state.name)}`});`,
    ...handlers.map(({ message }) => `  on ${shortTypeName(message.name)}`),
    ...outputs.map((output) => `  ${output.name} → ${shortTypeName(output.message.name)}`),
  ];
  const size = state === undefined ? 'No state' : `State of ${formatBytes(state.sizeBytes)}`;
  return { code: lines.join('\n'), text: doc === undefined ? size : `${doc}\n\n${size}` };
}

function explainOutput(
  sources: Sources,
  { kernel, port, message }: { readonly kernel: string; readonly port: string; readonly message: string },
): Told {
  const doc = findKernel(sources, kernel)?.outputs.find(({ name }) => name === port)?.doc;
  return { code: `RING_OUTPUT(${kernel}, ${port}, ${message});`, text: doc ?? `An output of ${kernel}.` };
}

/** The signature of the call around an offset, and which parameter it is at. */
export interface CallHelp {
  readonly label: string;
  readonly parameters: readonly string[];
  readonly active: number;
  readonly doc: string;
}

export function callHelpAt(sources: Sources, offset: number): CallHelp | undefined {
  if (zoneAt(sources.text, offset) === 'comment') return undefined;
  const code = blanked(sources.text);
  const call = enclosingCall(code, offset);
  if (call === undefined) return undefined;
  const entry = calledEntry(sources, call.name, offset);
  if (entry === undefined) return undefined;
  const handler = enclosingHandler(code, offset);
  const message = handler === undefined ? undefined : outputsOf(sources, handler.kernel).get(call.before[0] ?? '');
  const label = message === undefined ? entry.signature : entry.signature.replace(/\bMessage\b/, message);
  const inside = label.slice(label.indexOf('(') + 1, label.lastIndexOf(')'));
  const parameters = inside === '' ? [] : inside.split(/,\s*/);
  const layout = message === undefined ? undefined : findStruct(sources, message);
  const fields = layout?.fields.map(({ type, name }) => `${typeText(type)} ${name}`).join(', ');
  const doc = fields === undefined ? entry.doc : `${entry.doc}\n\n\`${message!}{${fields}}\``;
  return { label, parameters, active: Math.min(call.argument, Math.max(0, parameters.length - 1)), doc };
}

function calledEntry(sources: Sources, name: string, offset: number): ApiEntry | undefined {
  const parts = name.split(/\.|->|::/);
  const last = parts.at(-1)!;
  if (parts.length === 1)
    return [...macros, ...globals].find((entry) => entry.name === last && entry.signature.includes('('));
  if (parts[0] === 'ctx') return contextMembers.find((entry) => entry.name === last);
  const members = membersOf(sources, { path: parts.slice(0, -1), separator: '.' }, offset);
  return members?.kind === 'api' ? members.entries.find((entry) => entry.name === last) : undefined;
}
