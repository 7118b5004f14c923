import { createHash } from 'node:crypto';
import { StudioError, type Problem } from '../../../app/base/studio-error.ts';
import type { DeviceKind } from '../../../app/device/device.ts';
import { gpusOf, type Topology } from '../../../app/model/topology/topology.ts';
import type { RestoreOptions } from '../../../app/runtime/checkpoint/checkpoints.ts';
import { readSourceTree } from '../../compile/sources/source-tree.ts';
import type { BundleFile } from '../../compile/bundle/bundle.ts';
import { projectBundles } from './project-bundles.ts';
import { problemsOf } from './compile-queue.ts';
import type { CreateRuntimeOptions } from '../create-runtime.ts';
import { checkCuda } from '../cuda-status.ts';
import type { FileDrafts } from './file-drafts.ts';
import { savedTexts } from './source-texts.ts';
import { checkTopology } from './topology-check.ts';

/** The texts that a source was, or is to be, compiled from. */
export interface SourceVersion {
  /** By path; the source and what it includes of the project. */
  readonly texts: ReadonlyMap<string, string>;
  /** Content hash. */
  readonly key: string;
}

/** What a run goes on from. */
export interface CheckpointStart {
  readonly bytes: Uint8Array;
  readonly options: RestoreOptions;
}

/** All that a run needs, as it was at one moment: later edits change nothing of it. */
export interface RunPlan {
  readonly dir: string;
  readonly topologyPath: string;
  readonly topologyText: string;
  /** As it is saved. */
  readonly document: Topology;
  /** The same, on the device that was chosen. */
  readonly topology: Topology;
  readonly device: DeviceKind;
  /** Which one, where the device is `cuda`. */
  readonly gpu: number;
  /** What its runtime is created on: the GPUs are that one, and those that actors name. */
  readonly on: Pick<CreateRuntimeOptions, 'device' | 'gpu' | 'bundles'>;
  /** By source. */
  readonly sources: ReadonlyMap<string, SourceVersion>;
  /** Texts of all sources and headers of the project, and of whatever else they include: nothing is read anew. */
  readonly overlay: ReadonlyMap<string, string>;
  /** For a GPU: what was precompiled for the project. */
  readonly bundles: readonly BundleFile[];
  readonly checkpoint?: CheckpointStart;
}

export type ReadSource =
  | { readonly ok: true; readonly version: SourceVersion }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/** The closure of a source over the texts of `overlay`. */
export async function readSource(dir: string, path: string, overlay: ReadonlyMap<string, string>): Promise<ReadSource> {
  try {
    const read = await readSourceTree(dir, path, overlay);
    if (!read.ok) return { ok: false, problems: read.problems };
    const { files } = read.tree;
    const texts = new Map([...files.values()].map((file) => [file.path, overlay.get(file.path) ?? file.text]));
    return { ok: true, version: { texts, key: keyOf(texts) } };
  } catch (error) {
    const isMissing = error instanceof StudioError && error.code === 'SourceNotFound';
    if (!isMissing) return { ok: false, problems: problemsOf(error, path) };
    return { ok: false, problems: [{ severity: 'error', code: 'source-not-found', message: error.message }] };
  }
}

function keyOf(texts: ReadonlyMap<string, string>): string {
  const hash = createHash('sha256');
  for (const path of [...texts.keys()].sort()) {
    const text = texts.get(path)!;
    hash.update(`${Buffer.byteLength(path)}:${path}${Buffer.byteLength(text)}:${text}`);
  }
  return hash.digest('hex');
}

export interface PlanInput {
  readonly dir: string;
  readonly topologyPath: string;
  readonly drafts: FileDrafts;
  /** The topology's without it. */
  readonly device: DeviceKind | undefined;
  readonly gpu: number | undefined;
}

export type MadePlan =
  { readonly ok: true; readonly plan: RunPlan } | { readonly ok: false; readonly problems: readonly Problem[] };

/**
 * What would run if the project were started now.
 *
 * @throws StudioError `DeviceNotAvailable`: no device is ever replaced by another one
 */
export async function makePlan(input: PlanInput): Promise<MadePlan> {
  const { dir, topologyPath, drafts, device: chosen, gpu = 0 } = input;
  const topologyText = drafts.text(topologyPath) ?? '';
  const hasSource = (path: string): boolean => drafts.file(path) !== undefined;
  const { document, problems } = checkTopology(topologyText, { path: topologyPath, programs: new Map(), hasSource });
  const isWrong = problems.some(({ severity }) => severity === 'error');
  if (document === undefined || isWrong) return { ok: false, problems };
  const device = chosen ?? document.device ?? 'cpu';
  const gpus = gpusOf(document, gpu);
  if (device === 'cuda') for (const ordinal of gpus) await checkCuda(ordinal);
  const saved = savedTexts(drafts);
  const sources = new Map<string, SourceVersion>();
  for (const path of new Set(document.actors.map(({ source }) => source))) {
    const read = await readSource(dir, path, saved);
    if (!read.ok) return read;
    sources.set(path, read.version);
  }
  const overlay = new Map([...[...sources.values()].flatMap(({ texts }) => [...texts]), ...saved]);
  const topology: Topology = { ...document, device };
  const bundles = await projectBundles(dir, device);
  const where = { document, topology, device, gpu, on: { device, gpu: gpus, bundles } };
  return { ok: true, plan: { dir, topologyPath, topologyText, ...where, sources, overlay, bundles } };
}
