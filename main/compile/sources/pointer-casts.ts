import { blankLiterals } from './include-scanner.ts';

const qualifier = String.raw`(?:\b(?:const|volatile|unsigned|signed|struct|typename)\b\s*)`;
const typeName = String.raw`[\w:]+(?:\s*<[^()]*>)?`;
const declarator = String.raw`[*&][\s*&]*(?:(?:const|volatile|__restrict__|__restrict)\b[\s*&]*)*`;

const patterns = [
  /\breinterpret_cast\b/,
  /\bstatic_cast\s*<[^;()]*[*&][^;()]*>/,
  // `(float *)p` and `(float (*)[4])p`; a parameter list looks like it too.
  new RegExp(String.raw`\(\s*${qualifier}*${typeName}\s*${qualifier}*(?:${declarator}\)|\(\s*[*&]\s*\))`),
  // What casts to such a name looks like any other cast or call.
  /\btypedef\b[^;]*[*&]\s*\w+\s*;/,
  /\busing\s+\w+\s*=[^;]*[*&]\s*;/,
];

/**
 * Whether the code may read memory as another type than it was written as: it casts pointers or references. Finds too
 * much rather than too little.
 */
export function castsPointers(text: string): boolean {
  const code = blankLiterals(text);
  return patterns.some((pattern) => pattern.test(code));
}
