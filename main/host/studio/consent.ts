import type { ConsentRequest } from '../../../app/contract/run.ts';
import { contentHash, type Agreements, type RunContent, type TrustedFiles } from './trust.ts';

interface Trust {
  readonly trusted: TrustedFiles;
  readonly agreements: Agreements;
  /** What the person has just agreed to. */
  readonly agreedHash: string | undefined;
}

/** What a person is told before it runs. */
export type ConsentSubject = RunContent & Omit<ConsentRequest, 'hash'>;

/**
 * What a person has to agree to before it runs; undefined when nothing of it came from outside, or somebody has agreed to
 * exactly this content.
 */
export async function askConsent(
  { texts, ...told }: ConsentSubject,
  { trusted, agreements, agreedHash }: Trust,
): Promise<ConsentRequest | undefined> {
  if ([...texts].every(([path, text]) => trusted.has(path, text, told.device))) return undefined;
  const hash = contentHash({ texts, device: told.device });
  if (agreedHash !== hash && !(await agreements.has(hash))) return { hash, ...told };
  await agreements.add(hash);
  for (const [path, text] of texts) trusted.agree(path, text, told.device);
  return undefined;
}
