import { fnv1a32 } from './fnv1a.ts';

/** Numbers that look random and are the same for the same seed, on every platform. Not for secrets. */
export interface SeededRandom {
  /** At least 0, less than 1, with 53 random bits. */
  next(): number;
  /** A stream of its own, decided by the seed and the label alone: what others draw changes nothing of it. */
  fork(label: string): SeededRandom;
}

/** `seed`: any number; its text counts. Generator: sfc32 by Chris Doty-Humphrey (PractRand), seeded by FNV-1a. */
export function seededRandom(seed: number, label = ''): SeededRandom {
  const text = `${seed.toString()}\0${label}`;
  const word = sfc32([hashOf(`a${text}`), hashOf(`b${text}`), hashOf(`c${text}`)]);
  for (let round = 0; round < 12; round++) word(); // words of similar seeds differ from here on
  return {
    next: () => ((word() >>> 5) * 2 ** 26 + (word() >>> 6)) / 2 ** 53,
    fork: (name) => seededRandom(seed, `${label}/${name}`),
  };
}

function sfc32([first, second, third]: readonly [number, number, number]): () => number {
  let [a, b, c, counter] = [first, second, third, 1];
  return () => {
    const sum = (a + b + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + sum;
    return sum >>> 0;
  };
}

function hashOf(text: string): number {
  return fnv1a32(new TextEncoder().encode(text));
}
