import { useMemo } from 'react';

import type { StructType } from '../../app/model/message-type.ts';
import { useProject } from '../stores/project.store.ts';
import { useSelection } from '../stores/selection.store.ts';
import { useTopology } from '../stores/topology.store.ts';
import type { Draft } from './draft.ts';
import { readDraft, useInjector, writeDraft } from './injector.store.ts';
import { chooseTarget, draftKey, type Target, targetsOf } from './targets.ts';

/** What the panel is about: a target, one of the types it handles, and the draft of such a message. */
export interface Injection {
  readonly targets: readonly Target[];
  readonly target: Target | undefined;
  readonly type: StructType | undefined;
  readonly draft: Draft | undefined;
  readonly setDraft: (draft: Draft) => void;
}

export function useInjection(): Injection {
  const topology = useTopology((state) => state.topology);
  const programs = useProject((state) => state.programs);
  const selected = useSelection((state) => state.actorIds);
  const targets = useMemo(() => targetsOf(topology, programs), [topology, programs]);
  const { pinned, last, types } = useInjector();
  const target = chooseTarget(targets, { pinned, selected, last });
  const type = target && chosenType(target, types);
  const key = target && type && draftKey(target, type);
  const kept = useInjector((state) => (key === undefined ? undefined : state.drafts[key]));
  const draft = useMemo(
    () => (key === undefined || type === undefined ? undefined : readDraft(kept, type)),
    [key, kept, type],
  );
  return { targets, target, type, draft, setDraft: (changed) => key !== undefined && writeDraft(key, changed) };
}

function chosenType(target: Target, types: Readonly<Record<string, string>>): StructType | undefined {
  return target.types.find(({ name }) => name === types[kernelKey(target)]) ?? target.types[0];
}

export function kernelKey({ source, kernel }: Target): string {
  return `${source}:${kernel}`;
}

/** Goes to another target, which then stays whatever is selected. */
export function pinTarget(id: string): void {
  useInjector.setState({ pinned: id, last: id });
}

export function followSelection(): void {
  useInjector.setState({ pinned: undefined });
}

export function chooseType(target: Target, name: string): void {
  useInjector.setState(({ types }) => ({ types: { ...types, [kernelKey(target)]: name }, last: target.id }));
}

export function chooseInstance(target: Target, instance: string): void {
  useInjector.setState(({ instances }) => ({ instances: { ...instances, [target.id]: instance } }));
}

/** `mean`, or `mean#2` where an instance was chosen that exists. */
export function addressOf(target: Target, instances: Readonly<Record<string, string>>): string {
  const instance = instances[target.id] ?? '';
  return /^\d+$/.test(instance) && Number(instance) < target.instances && target.instances > 1
    ? `${target.id}#${Number(instance)}`
    : target.id;
}
