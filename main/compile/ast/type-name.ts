/** A C++ type as Clang prints it, taken apart one level. */
export type TypeName =
  | { readonly kind: 'named'; readonly name: string; readonly arguments?: readonly string[] }
  | { readonly kind: 'array'; readonly element: string; readonly length: number }
  | { readonly kind: 'pointer' | 'reference' | 'unbounded-array' | 'unnamed' | 'const' | 'volatile' };

/** Types that are spelled in several words. */
const builtinWords = /^(?:unsigned|signed|long|short|int|char|double|_Complex|__int128|float|bool|void)(?: |$)/;

export function parseTypeName(text: string): TypeName {
  const type = text.trim();
  if (type.includes('(unnamed ') || type.includes('(anonymous ')) return { kind: 'unnamed' };
  if (type.endsWith('*') || type.includes('(*') || /\*(?: ?(?:const|volatile|__restrict))+$/.test(type))
    return { kind: 'pointer' };
  if (type.endsWith('&') || type.includes('(&')) return { kind: 'reference' };
  const bounds = /^(.*?) ?((?:\[\d*\])+)$/.exec(type);
  if (bounds !== null) return parseArray(bounds[1]!, bounds[2]!);
  const qualifier = /^(const|volatile) (.*)$/.exec(type);
  if (qualifier !== null) return { kind: qualifier[1] as 'const' | 'volatile' };
  return parseNamed(type.replace(/^(?:struct|class|enum|union|typename) /, ''));
}

function parseArray(element: string, bounds: string): TypeName {
  const [, first, rest] = /^\[(\d*)\](.*)$/.exec(bounds)!;
  if (first === '') return { kind: 'unbounded-array' };
  return { kind: 'array', element: `${element}${rest}`, length: Number(first) };
}

function parseNamed(type: string): TypeName {
  const open = type.indexOf('<');
  if (builtinWords.test(type) || open < 0 || !type.endsWith('>')) return { kind: 'named', name: type };
  return { kind: 'named', name: type.slice(0, open), arguments: splitArguments(type.slice(open + 1, -1)) };
}

function splitArguments(text: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let start = 0;
  for (let i = 0; i < text.length; i += 1) {
    const c = text[i]!;
    if ('<([{'.includes(c)) depth += 1;
    else if ('>)]}'.includes(c)) depth -= 1;
    else if (c === ',' && depth === 0) {
      parts.push(text.slice(start, i).trim());
      start = i + 1;
    }
  }
  const last = text.slice(start).trim();
  return last === '' ? parts : [...parts, last];
}
