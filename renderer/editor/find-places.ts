import type { Sources } from './knowledge.ts';
import { blanked, enclosingHandler, memberChain, wordAt, zoneAt } from './source-scan.ts';
import { symbolsOf } from './source-symbols.ts';
import { membersOf } from './resolve.ts';

/** A part of a file's text. */
export interface Place {
  readonly path: string;
  readonly start: number;
  readonly end: number;
}

const isSource = (path: string): boolean => /\.(cu|cuh|h|hpp|cpp|cc|c)$/.test(path);

/** The file itself first, then those nearest in the list. */
function sourceTexts({
  path,
  text,
  files,
  textOf,
}: Sources): readonly { readonly path: string; readonly text: string }[] {
  const others = files.filter((file) => file !== path && isSource(file));
  return [{ path, text }, ...others.map((file) => ({ path: file, text: textOf(file) ?? '' }))];
}

/** Where what stands at an offset is declared; the included file for an #include. */
export function declarationsAt(sources: Sources, offset: number): readonly Place[] {
  const included = includedFile(sources, offset);
  if (included !== undefined) return [{ path: included, start: 0, end: 0 }];
  const found = wordAt(sources.text, offset);
  if (found === undefined || zoneAt(sources.text, found.start) !== 'code') return [];
  const code = blanked(sources.text);
  const chain = memberChain(code, found.start);
  if (chain !== undefined && chain.separator !== '::') {
    const members = membersOf(sources, chain, found.start);
    return members?.kind === 'fields' ? fieldPlaces(sources, members.struct, found.word) : [];
  }
  const handler = enclosingHandler(code, found.start);
  if (handler !== undefined && found.word === 'msg') return declarations(sources, handler.message);
  return declarations(sources, found.word);
}

function includedFile({ text, path, files }: Sources, offset: number): string | undefined {
  const start = text.lastIndexOf('\n', offset - 1) + 1;
  const end = text.indexOf('\n', offset);
  const line = text.slice(start, end === -1 ? undefined : end);
  const name = /^\s*#\s*include\s*["<]([^">]+)[">]/.exec(line)?.[1];
  if (name === undefined) return undefined;
  const beside = path.includes('/') ? `${path.slice(0, path.lastIndexOf('/'))}/${name}` : name;
  return [beside, name].find((candidate) => files.includes(candidate));
}

function declarations(sources: Sources, name: string): readonly Place[] {
  const short = name.slice(name.lastIndexOf(':') + 1);
  for (const { path, text } of sourceTexts(sources)) {
    const symbol = symbolsOf(text).find((candidate) => candidate.name === short && candidate.kind !== 'handler');
    if (symbol !== undefined) return [{ path, start: symbol.nameStart, end: symbol.nameStart + short.length }];
  }
  return [];
}

function fieldPlaces(sources: Sources, struct: string, field: string): readonly Place[] {
  const [found] = declarations(sources, struct);
  if (found === undefined) return [];
  const { text } = sourceTexts(sources).find(({ path }) => path === found.path)!;
  const body = blanked(text).slice(found.end, symbolsOf(text).find(({ nameStart }) => nameStart === found.start)!.end);
  const match = new RegExp(`\\b${field}\\s*(?=[;=\\[{,])`).exec(body);
  const start = match === null ? found.start : found.end + match.index;
  return [{ path: found.path, start, end: start + field.length }];
}

/** The word wherever it stands in code: a search that comments and strings do not disturb. */
export function occurrencesOf(sources: Sources, offset: number): readonly Place[] {
  const found = wordAt(sources.text, offset);
  if (found === undefined || zoneAt(sources.text, found.start) !== 'code') return [];
  const pattern = new RegExp(`\\b${found.word}\\b`, 'g');
  return sourceTexts(sources).flatMap(({ path, text }) =>
    [...blanked(text).matchAll(pattern)].map(({ index }) => ({ path, start: index, end: index + found.word.length })),
  );
}
