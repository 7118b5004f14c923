import type { StartInput } from '../../../app/contract/inputs.ts';
import type { StartResult } from '../../../app/contract/run.ts';
import { hostDefaults } from '../../../app/model/topology/host-schema.ts';
import { askConsent, type ConsentSubject } from './consent.ts';
import type { ProjectDocuments } from './project-documents.ts';
import { bundleTexts } from './project-bundles.ts';
import { makePlan, type RunPlan } from './run-plan.ts';
import type { Agreements } from './trust.ts';

export interface AgreeingProject {
  /** Real path. */
  readonly dir: string;
  readonly topologyPath: string;
  readonly agreements: Agreements;
}

/** A plan that may run, or why it may not. */
type AgreedPlan = { readonly kind: 'plan'; readonly plan: RunPlan } | Exclude<StartResult, { kind: 'started' }>;

/** Of what is saved. */
export async function agreedPlan(
  { dir, topologyPath, agreements }: AgreeingProject,
  { drafts, trusted }: Pick<ProjectDocuments, 'drafts' | 'trusted'>,
  { device, gpu, agreedHash }: StartInput,
): Promise<AgreedPlan> {
  const made = await makePlan({ dir, topologyPath, drafts, device, gpu });
  if (!made.ok) return { kind: 'problems', problems: made.problems };
  const request = await askConsent(subjectOf(made.plan), { trusted, agreements, agreedHash });
  return request === undefined ? { kind: 'plan', plan: made.plan } : { kind: 'consent', request };
}

function subjectOf({ dir, device, topology, topologyPath, topologyText, sources, bundles }: RunPlan): ConsentSubject {
  const ofSources = [...sources.values()].flatMap((version) => [...version.texts]);
  const texts = new Map([...ofSources, ...bundleTexts(bundles)]);
  const writes = (topology.hosts ?? []).flatMap((host) =>
    host.host === 'sink' ? [{ path: host.file, mode: host.mode ?? hostDefaults.mode }] : [],
  );
  return {
    texts: new Map([[topologyPath, topologyText], ...texts]),
    dir,
    device,
    sources: [...texts.keys()].sort(),
    actorCount: topology.actors.length,
    writes,
  };
}
