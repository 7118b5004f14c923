import type { SeededRandom } from '../../base/seeded-random.ts';

interface ZipfShape {
  /** Largest rank. */
  readonly n: number;
  readonly exponent: number;
}

/**
 * Ranks 1 to n with probabilities in proportion to rank^−exponent, in constant time and memory: rejection-inversion after
 * W. Hörmann and G. Derflinger, "Rejection-inversion to generate variates from monotone discrete distributions", 1996.
 */
export function zipfSampler({ n, exponent }: ZipfShape, random: SeededRandom): () => number {
  const density = (x: number): number => Math.exp(-exponent * Math.log(x));
  const integral = (x: number): number => {
    const log = Math.log(x);
    return expm1Over((1 - exponent) * log) * log;
  };
  const inverse = (y: number): number => {
    const t = Math.max(y * (1 - exponent), -1);
    return Math.exp(log1pOver(t) * y);
  };
  const top = integral(1.5) - 1;
  const bottom = integral(n + 0.5);
  const shortcut = 2 - inverse(integral(2.5) - density(2));
  return () => {
    for (;;) {
      const u = bottom + random.next() * (top - bottom);
      const x = inverse(u);
      const rank = Math.min(Math.max(Math.floor(x + 0.5), 1), n);
      if (rank - x <= shortcut || u >= integral(rank + 0.5) - density(rank)) return rank;
    }
  };
}

/** (e^x − 1) / x, exact near 0. */
function expm1Over(x: number): number {
  return Math.abs(x) > 1e-8 ? Math.expm1(x) / x : 1 + x * 0.5 * (1 + (x / 3) * (1 + 0.25 * x));
}

/** log(1 + x) / x, exact near 0. */
function log1pOver(x: number): number {
  return Math.abs(x) > 1e-8 ? Math.log1p(x) / x : 1 - x * (0.5 - x * (1 / 3 - 0.25 * x));
}
