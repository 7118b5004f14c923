import type { ConsentRequest } from '../../../app/contract/run.ts';
import { hostDefaults } from '../../../app/model/topology/host-schema.ts';
import type { RunPlan } from './run-plan.ts';
import { contentHash, type Agreements, type TrustedFiles } from './trust.ts';

interface Trust {
  readonly trusted: TrustedFiles;
  readonly agreements: Agreements;
  /** What the person has just agreed to. */
  readonly agreedHash: string | undefined;
}

/**
 * What a person has to agree to before the plan runs; undefined when nothing of it came from outside, or somebody has
 * agreed to exactly this content.
 */
export async function askConsent(
  { dir, device, topology, topologyPath, topologyText, sources }: RunPlan,
  { trusted, agreements, agreedHash }: Trust,
): Promise<ConsentRequest | undefined> {
  const texts = new Map([[topologyPath, topologyText]]);
  for (const version of sources.values()) for (const [path, text] of version.texts) texts.set(path, text);
  if ([...texts].every(([path, text]) => trusted.has(path, text))) return undefined;
  const hash = contentHash({ texts, device });
  if (agreedHash !== hash && !(await agreements.has(hash))) {
    const paths = [...texts.keys()].filter((path) => path !== topologyPath).sort();
    const writes = (topology.hosts ?? []).flatMap((host) =>
      host.host === 'sink' ? [{ path: host.file, mode: host.mode ?? hostDefaults.mode }] : [],
    );
    return { hash, dir, device, sources: paths, actorCount: topology.actors.length, writes };
  }
  await agreements.add(hash);
  for (const [path, text] of texts) trusted.trust(path, text);
  return undefined;
}
