import { assertNever } from '../../../base/assert-never.ts';
import type { TopologyHost } from '../../../model/topology/topology.ts';
import type { HostActorDefinition } from '../host-actor-definition.ts';
import type { HostFiles } from '../host-files.ts';
import { generator } from './generator.ts';
import { replay } from './replay.ts';
import { sink } from './sink.ts';
import { timer } from './timer.ts';

/** What an entry of a topology's `hosts` means. */
export function builtInHost(entry: TopologyHost, files: HostFiles): HostActorDefinition {
  switch (entry.host) {
    case 'timer':
      return timer(entry);
    case 'generator':
      return generator(entry);
    case 'replay':
      return replay(entry, files);
    case 'sink':
      return sink(entry, files);
    default:
      return assertNever(entry);
  }
}
