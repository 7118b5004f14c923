import { globals, handlerScope, keywords, macros, ringMembers, vectorTypes, type ApiEntry } from './device-api.ts';
import { kernelNames, outputsOf, typeNames, type KnownField, type Sources } from './knowledge.ts';
import { membersOf, type Members } from './resolve.ts';
import { blanked, enclosingCall, enclosingHandler, memberChain, zoneAt, type EnclosingHandler } from './source-scan.ts';
import { symbolsOf } from './source-symbols.ts';

export interface Offer {
  readonly label: string;
  readonly kind:
    | 'field'
    | 'method'
    | 'function'
    | 'variable'
    | 'struct'
    | 'enum'
    | 'value'
    | 'kernel'
    | 'output'
    | 'macro'
    | 'keyword'
    | 'type'
    | 'file'
    | 'constant';
  /** Beside the label: type or signature. */
  readonly detail?: string;
  /** Markdown. */
  readonly doc?: string;
  /** Snippet in Monaco's syntax; the label without one. */
  readonly snippet?: string;
  /** Lower comes first; 5 without it. */
  readonly rank?: number;
}

/** What can be written at an offset. */
export function offersAt(sources: Sources, offset: number): readonly Offer[] {
  const zone = zoneAt(sources.text, offset);
  if (zone === 'include') return includeOffers(sources);
  if (zone !== 'code') return [];
  const code = blanked(sources.text);
  if (/^[ \t]*#\w*$/.test(code.slice(code.lastIndexOf('\n', offset - 1) + 1, offset))) return directives;
  const chain = memberChain(code, offset);
  if (chain !== undefined) {
    const members = membersOf(sources, chain, offset);
    return members === undefined ? [] : memberOffers(members);
  }
  const argument = argumentOffers(sources, code, offset);
  if (argument?.isAll === true) return argument.offers;
  const handler = enclosingHandler(code, offset);
  return unique([...(argument?.offers ?? []), ...generalOffers(sources, handler, offset)]);
}

const directives: readonly Offer[] = ['include', 'pragma once', 'define', 'if', 'ifdef', 'else', 'endif'].map(
  (name) => ({
    ...{ label: name, kind: 'keyword' },
  }),
);

function includeOffers({ files, path }: Sources): readonly Offer[] {
  const own = files.filter((file) => file !== path && /\.(cuh|h|hpp)$/.test(file));
  const builtIn = [
    ...['ring_kernel.cuh', 'cstdint', 'cmath', 'cstdio', 'cstring', 'cassert', 'cfloat', 'climits'],
    ...['', '/reduce', '/scan', '/memcpy_async'].map((part) => `cooperative_groups${part}.h`),
  ];
  return [
    ...own.map((label) => ({ label, kind: 'file' as const, rank: 1 })),
    ...builtIn.map((label) => ({ label, kind: 'file' as const, detail: 'built in' })),
  ];
}

function memberOffers(members: Members): readonly Offer[] {
  switch (members.kind) {
    case 'fields':
      return members.fields.map((field, index) => ({ ...fieldOffer(field), rank: index / 1000 }));
    case 'api':
      return members.entries.map(apiOffer);
    case 'values':
      return members.names.map(({ name, doc }) => ({
        label: name,
        kind: 'value',
        ...(doc === undefined ? {} : { doc }),
      }));
  }
}

function fieldOffer({ name, type, doc, default: value, offset, sizeBytes }: KnownField): Offer {
  const place = offset === undefined ? '' : `offset ${offset}, ${sizeBytes ?? 0} B`;
  const lines = [doc, value === undefined ? undefined : `Default ${value}`, place].filter((line) => line);
  return { label: name, kind: 'field', detail: type, ...(lines.length === 0 ? {} : { doc: lines.join('  \n') }) };
}

export function apiOffer({ name, kind, signature, doc, snippet }: ApiEntry): Offer {
  const kinds = { method: 'method', function: 'function', macro: 'macro', variable: 'variable', type: 'type' } as const;
  return {
    ...{ label: name, kind: kind === 'qualifier' ? 'keyword' : kinds[kind], detail: signature, doc },
    ...(snippet === undefined || snippet === name ? {} : { snippet }),
  };
}

interface ArgumentOffers {
  readonly offers: readonly Offer[];
  /** Nothing else can stand here. */
  readonly isAll: boolean;
}

/** What the call around the offset wants here. */
function argumentOffers(sources: Sources, code: string, offset: number): ArgumentOffers | undefined {
  const call = enclosingCall(code, offset);
  if (call === undefined) return undefined;
  const { name, argument, before } = call;
  if (/^RING_(ON|OUTPUT|BLOCK|GRID)$/.test(name) && argument === 0)
    return { offers: kernelOffers(sources), isAll: true };
  if (name === 'RING_BLOCK')
    return { offers: ringMembers.filter((entry) => entry.name === 'any').map(apiOffer), isAll: false };
  const takesStruct = { RING_KERNEL: 1, RING_ON: 1, RING_OUTPUT: 2 }[name];
  if (takesStruct === argument) return { offers: structOffers(sources), isAll: true };
  if (/^RING_/.test(name)) return { offers: [], isAll: true };
  const handler = enclosingHandler(code, offset);
  if (handler === undefined || !/^ctx\.(emit|forward|reply)$/.test(name)) return undefined;
  const outputs = outputsOf(sources, handler.kernel);
  if (name !== 'ctx.reply' && argument === 0) {
    const offers = [...outputs].map(([label, type]) => ({ label, kind: 'output' as const, detail: type, rank: 0 }));
    return { offers, isAll: true };
  }
  const wanted = outputs.get(before[0] ?? '');
  if (wanted === undefined || /\{[^}]*$/.test(code.slice(0, offset).split(';').at(-1)!.split('(').at(-1)!))
    return undefined;
  const made: Offer = {
    label: wanted,
    kind: 'struct',
    detail: 'the message of this output',
    snippet: `${wanted}{$0}`,
    rank: 0,
  };
  return { offers: [made], isAll: false };
}

function kernelOffers(sources: Sources): readonly Offer[] {
  return kernelNames(sources).map((label) => ({ label, kind: 'kernel', rank: 0 }));
}

function structOffers(sources: Sources): readonly Offer[] {
  return [...typeNames(sources)].map(([label, kind]) => ({ label, kind, rank: 1 }));
}

function generalOffers(sources: Sources, handler: EnclosingHandler | undefined, offset: number): readonly Offer[] {
  const scoped: readonly Offer[] =
    handler === undefined
      ? macros.map((entry) => ({ ...apiOffer(entry), rank: 2 }))
      : [
          ...handlerScope.map((entry) => ({ ...apiOffer(entry), rank: 0 })),
          ...[...outputsOf(sources, handler.kernel)].map(([label, type]) => ({
            ...{ label, kind: 'output' as const, detail: type, rank: 2 },
          })),
        ];
  return [
    ...scoped,
    ...locals(sources.text, offset),
    ...structOffers(sources),
    ...declaredOffers(sources),
    ...globals.map(apiOffer),
    ...[...vectorTypes.keys()].map((label) => ({ label, kind: 'type' as const })),
    { label: 'ring', kind: 'type', detail: 'namespace', snippet: 'ring::', rank: 4 },
    ...keywords.map((label) => ({ label, kind: 'keyword' as const, rank: 6 })),
  ];
}

function declaredOffers({ text }: Sources): readonly Offer[] {
  return symbolsOf(text).flatMap(({ kind, name }): readonly Offer[] => {
    if (kind === 'function')
      return [{ label: name, kind: 'function', detail: 'in this file', snippet: `${name}($0)`, rank: 3 }];
    return kind === 'constant' ? [{ label: name, kind: 'constant', rank: 3 }] : [];
  });
}

/** Names declared in the block around the offset, and parameters. */
function locals(text: string, offset: number): readonly Offer[] {
  const code = blanked(text);
  const start = Math.max(0, code.slice(0, offset).search(/\n\}[^}]*$/));
  const pattern = /\b([A-Za-z_][\w:]*(?:<[^;<>]*>)?)\s*(?:const\s*)?[&*]*\s+[&*]*([A-Za-z_]\w*)\s*(?=[=;:,){[])/g;
  const words = new Set([
    ...keywords.filter((word) => !/_t$|int|float|double|bool|char|auto|unsigned/.test(word)),
    'RING_ON',
  ]);
  return [...code.slice(start, offset).matchAll(pattern)].flatMap((match): readonly Offer[] =>
    words.has(match[1]!) || keywords.includes(match[2]!)
      ? []
      : [{ label: match[2]!, kind: 'variable', detail: match[1]!, rank: 1 }],
  );
}

function unique(offers: readonly Offer[]): readonly Offer[] {
  const found = new Map<string, Offer>();
  for (const offer of offers) if (!found.has(offer.label)) found.set(offer.label, offer);
  return [...found.values()];
}
