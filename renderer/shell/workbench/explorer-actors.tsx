import type { ReactElement } from 'react';

import type { TopologyActor } from '../../../app/model/topology/topology.ts';
import { useNavigation } from '../../stores/navigation.store.ts';
import { useProject } from '../../stores/project.store.ts';
import { useSelection } from '../../stores/selection.store.ts';
import { useTopology } from '../../stores/topology.store.ts';
import { stateWords, visibleActorState } from '../../ui/actor-state.ts';
import { StateGlyph } from '../../ui/state-glyph.tsx';
import { matches, Section } from './explorer-section.tsx';
import styles from './explorer.module.css';

const none: readonly TopologyActor[] = [];

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

function ActorItem({ actor: { id, kernel, instances = 1 } }: { readonly actor: TopologyActor }): ReactElement {
  const isSelected = useSelection(({ actorIds }) => actorIds.includes(id));
  const state = useProject(({ run }) =>
    visibleActorState(
      run.actors.find((actor) => actor.id === id),
      run.phase,
    ),
  );
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
        <span className={styles['end']}>
          {kernel === id ? '' : kernel}
          {instances > 1 ? ` ×${instances}` : ''}
        </span>
      </button>
    </li>
  );
}
