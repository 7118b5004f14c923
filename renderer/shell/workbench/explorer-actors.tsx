import type { ReactElement } from 'react';

import type { TopologyActor, TopologyHost } from '../../../app/model/topology/topology.ts';
import { useNavigation } from '../../stores/navigation.store.ts';
import { useProject } from '../../stores/project.store.ts';
import { useActorRun, useHostRun } from '../../stores/run-index.ts';
import { useSelection } from '../../stores/selection.store.ts';
import { useTopology } from '../../stores/topology.store.ts';
import { stateWords, visibleActorState, visibleHostState } from '../../ui/actor-state.ts';
import { StateGlyph, type VisibleState } from '../../ui/state-glyph.tsx';
import { matches, Section } from './explorer-section.tsx';
import styles from './explorer.module.css';

const none: readonly TopologyActor[] = [];
const noHosts: readonly TopologyHost[] = [];

export function ActorSection({ filter }: { readonly filter: string }): ReactElement {
  const actors = useTopology(({ topology }) => topology?.actors) ?? none;
  const shown = actors.filter(({ id, kernel }) => matches(id, filter) || matches(kernel, filter));
  return (
    <Section title="Actors" count={actors.length}>
      {shown.map((actor) => (
        <ActorItem key={actor.id} actor={actor} />
      ))}
    </Section>
  );
}

/** Those that run on the host; no section where there are none. */
export function HostSection({ filter }: { readonly filter: string }): ReactElement | null {
  const hosts = useTopology(({ topology }) => topology?.hosts) ?? noHosts;
  if (hosts.length === 0) return null;
  const shown = hosts.filter(({ id, host }) => matches(id, filter) || matches(host, filter));
  return (
    <Section title="Host actors" count={hosts.length}>
      {shown.map((host) => (
        <HostItem key={host.id} host={host} />
      ))}
    </Section>
  );
}

function ActorItem({ actor: { id, kernel, instances = 1 } }: { readonly actor: TopologyActor }): ReactElement {
  const run = useActorRun(id);
  const state = useProject((project) => visibleActorState(run, project.run.phase));
  const end = `${kernel === id ? '' : kernel}${instances > 1 ? ` ×${instances}` : ''}`;
  return <Item id={id} state={state} end={end} />;
}

function HostItem({ host: { id, host } }: { readonly host: TopologyHost }): ReactElement {
  const run = useHostRun(id);
  const state = useProject((project) => visibleHostState(run, project.run.phase));
  return <Item id={id} state={state} end={host === id ? '' : host} />;
}

interface ItemProps {
  readonly id: string;
  readonly state: VisibleState;
  readonly end: string;
}

function Item({ id, state, end }: ItemProps): ReactElement {
  const isSelected = useSelection(({ actorIds }) => actorIds.includes(id));
  return (
    <li>
      <button
        type="button"
        data-explorer-item
        className={styles['item']}
        aria-pressed={isSelected}
        onClick={(event) => {
          const { select, toggle } = useSelection.getState();
          if (event.shiftKey || event.ctrlKey || event.metaKey) toggle(id);
          else select([id]);
        }}
        onDoubleClick={() => useNavigation.getState().showPanel('canvas')}
      >
        <StateGlyph state={state} label={stateWords[state]} />
        <span className={styles['name']}>{id}</span>
        <span className={styles['end']}>{end}</span>
      </button>
    </li>
  );
}
