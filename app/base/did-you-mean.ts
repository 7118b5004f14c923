import { distance } from 'fastest-levenshtein';

/** The candidate that `name` is probably a slip of, or nothing when none is near enough. */
export function closest(name: string, candidates: Iterable<string>): string | undefined {
  const wanted = name.toLowerCase();
  let best: string | undefined;
  let bestDistance = Math.max(1, Math.round(name.length * 0.4)) + 1;
  for (const candidate of candidates) {
    const candidateDistance = distance(wanted, candidate.toLowerCase());
    if (candidateDistance < bestDistance) {
      best = candidate;
      bestDistance = candidateDistance;
    }
  }
  return best;
}

/** `Did you mean 'vector_add'?`, or nothing: the last sentence of a tip. */
export function didYouMean(name: string, candidates: Iterable<string>): string | undefined {
  const best = closest(name, candidates);
  return best === undefined ? undefined : `Did you mean '${best}'?`;
}

/** The same, to be spread into a problem or an error's details. */
export function suggestion(name: string, candidates: Iterable<string>): { readonly tip?: string } {
  const tip = didYouMean(name, candidates);
  return tip === undefined ? {} : { tip };
}
