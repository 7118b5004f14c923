import { dim3Of, dimProblem, shortDim, type Dim3, type DimLimits, type DimSpec } from '../../../app/model/dim3.ts';

// What is typed into the three boxes of a block or a grid, and what it means.

export type DimTexts = readonly [x: string, y: string, z: string];

/** What the document says, and what holds where it says nothing; undefined where that is not known or various. */
export interface DimSources {
  readonly own: DimSpec | undefined;
  readonly inherited: Dim3 | undefined;
}

/** A 1 behind the last number that matters is left out. */
export function textsOf(own: DimSpec | undefined): DimTexts {
  if (own === undefined) return ['', '', ''];
  const [x, y, z] = dim3Of(own);
  return [String(x), y === 1 && z === 1 ? '' : String(y), z === 1 ? '' : String(z)];
}

type Meaning = { readonly dim: DimSpec | undefined } | { readonly problem: string };

/**
 * Without x nothing is said, and what is inherited holds. Where nothing was said, a box that stays empty keeps the
 * inherited number; else it is 1.
 */
export function meaningOf(texts: DimTexts, { own, inherited }: DimSources, limits: DimLimits): Meaning {
  const isSilent = texts.every((text) => text === '');
  if (isSilent || (own !== undefined && texts[0] === '')) return { dim: undefined };
  const base = own === undefined ? (inherited ?? [1, 1, 1]) : [1, 1, 1];
  const numbers = texts.map((text, axis) => (text === '' ? base[axis]! : Number(text.replaceAll(/[,_ ]/g, ''))));
  if (!numbers.every(Number.isInteger)) return { problem: 'Use whole numbers.' };
  const problem = dimProblem(numbers, limits);
  return problem === undefined ? { dim: shortDim(numbers) } : { problem: sentence(problem) };
}

function sentence(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
