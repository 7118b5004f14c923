import type { FileDrafts } from './file-drafts.ts';

export function isSource(path: string): boolean {
  return path.endsWith('.cu');
}

export function isHeader(path: string): boolean {
  return /\.(cuh|h|hpp)$/.test(path);
}

function isCode(path: string): boolean {
  return isSource(path) || isHeader(path);
}

/** All sources and headers as they are on disk. */
export function savedTexts(drafts: FileDrafts): ReadonlyMap<string, string> {
  const texts = drafts.paths.map((path) => [path, drafts.disk(path) ?? null] as const);
  return new Map(texts.flatMap(([path, text]) => (isCode(path) && text !== null ? [[path, text]] : [])));
}

/** The drafts of all sources and headers, for the compiler. */
export function sourceTexts(drafts: FileDrafts): ReadonlyMap<string, string> {
  const paths = drafts.paths.filter(isCode);
  return new Map(paths.map((path) => [path, drafts.text(path)!]));
}
