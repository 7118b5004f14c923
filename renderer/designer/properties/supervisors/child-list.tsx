import { ArrowDown, ArrowUp, X } from 'lucide-react';
import type { ReactElement } from 'react';

import { isWatchedBy, supervisorOf } from '../../../../app/model/topology/edit/edit-supervisors.ts';
import type { Topology, TopologySupervisor } from '../../../../app/model/topology/topology.ts';
import { useSelection } from '../../../stores/selection.store.ts';
import { IconButton } from '../../../ui/button.tsx';
import { SelectBox } from '../../../ui/field.tsx';
import { moveChildBy, putUnder, showSupervisor } from '../../supervisor-edits.ts';
import styles from '../properties.module.css';

interface ChildListProps {
  readonly supervisor: TopologySupervisor;
  readonly topology: Topology;
  readonly isReadOnly: boolean;
}

/** Children in their order, which is the order that `rest-for-one` goes by. */
export function ChildList({ supervisor, topology, isReadOnly }: ChildListProps): ReactElement {
  return (
    <>
      <p className={styles['part']}>Children</p>
      <ol aria-label={`Children of ${supervisor.id}`}>
        {supervisor.children.map((child, place) => (
          <Child key={child} {...{ child, place, supervisor, topology, isReadOnly }} />
        ))}
      </ol>
      {!isReadOnly && <AddChild supervisor={supervisor} topology={topology} />}
    </>
  );
}

interface ChildProps extends ChildListProps {
  readonly child: string;
  readonly place: number;
}

function Child({ child, place, supervisor, topology, isReadOnly }: ChildProps): ReactElement {
  const isActor = topology.actors.some(({ id }) => id === child);
  const isLast = place === supervisor.children.length - 1;
  const icon = { size: 12, strokeWidth: 1.6 };
  return (
    <li className={styles['child']}>
      <span className={styles['end']}>{place + 1}</span>
      <button type="button" onClick={() => (isActor ? useSelection.getState().select([child]) : showSupervisor(child))}>
        {child}
      </button>
      {!isActor && <span>supervisor</span>}
      {!isReadOnly && (
        <span className={styles['push']}>
          <IconButton
            label={`Move ${child} up`}
            icon={<ArrowUp {...icon} />}
            {...(place === 0 ? { offReason: 'it is the first' } : {})}
            onClick={() => moveChildBy(child, -1)}
          />
          <IconButton
            label={`Move ${child} down`}
            icon={<ArrowDown {...icon} />}
            {...(isLast ? { offReason: 'it is the last' } : {})}
            onClick={() => moveChildBy(child, 1)}
          />
          <IconButton
            label={`Remove ${child} from ${supervisor.id}`}
            icon={<X {...icon} />}
            {...(supervisor.children.length === 1 ? { offReason: 'a supervisor has at least one child' } : {})}
            onClick={() => putUnder([child], undefined)}
          />
        </span>
      )}
    </li>
  );
}

function AddChild({ supervisor, topology }: Omit<ChildListProps, 'isReadOnly'>): ReactElement | null {
  const { actors, supervisors = [] } = topology;
  const candidates = [...actors, ...supervisors].map(({ id }) => id).filter((id) => !supervisor.children.includes(id));
  const free = candidates.filter((id) => !isWatchedBy(topology, supervisor.id, id));
  if (free.length === 0) return null;
  return (
    <div className={styles['connect']}>
      <SelectBox
        aria-label={`Add a child to ${supervisor.id}`}
        value=""
        onChange={({ target: { value } }) => putUnder([value], supervisor.id)}
      >
        <option value="">Add a child…</option>
        {free.map((id) => {
          const from = supervisorOf(topology, id)?.id;
          return (
            <option key={id} value={id}>
              {from === undefined ? id : `${id} (from ${from})`}
            </option>
          );
        })}
      </SelectBox>
    </div>
  );
}
