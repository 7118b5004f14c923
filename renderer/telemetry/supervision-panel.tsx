import { useEffect, useState, type KeyboardEvent, type ReactElement } from 'react';

import { useProject } from '../stores/project.store.ts';
import { useSelection } from '../stores/selection.store.ts';
import { useTopology } from '../stores/topology.store.ts';
import { stateWords, visibleActorState } from '../ui/actor-state.ts';
import { EmptyState } from '../ui/empty-state.tsx';
import { StateGlyph } from '../ui/state-glyph.tsx';
import styles from './supervision.module.css';
import { type SupervisionRow, supervisionRows, supervisionText } from './supervision-tree.ts';

/** Who watches over whom, what has been restarted, and what is to come. */
export function SupervisionPanel(): ReactElement {
  const topology = useTopology((state) => state.topology);
  const run = useProject((state) => state.run);
  const rows = supervisionRows(topology, run);
  const nowMs = useClock(rows.some((row) => row.kind === 'actor' && row.run?.supervision?.restartsAtMs !== undefined));
  if (rows.length === 0) {
    return (
      <EmptyState title="No supervisors">
        An actor that fails stays failed. Add supervisors to the topology, and they start it again.
      </EmptyState>
    );
  }
  return (
    <div className={styles['panel']}>
      <div role="tree" aria-label="Supervision" onKeyDown={moveFocus}>
        {rows.map((row, index) => (
          <Row key={row.id} row={row} nowMs={nowMs} isFirst={index === 0} />
        ))}
      </div>
    </div>
  );
}

interface RowProps {
  readonly row: SupervisionRow;
  readonly nowMs: number;
  readonly isFirst: boolean;
}

function Row({ row, nowMs, isFirst }: RowProps): ReactElement {
  const isSelected = useSelection(({ actorIds }) => row.kind === 'actor' && actorIds.includes(row.id));
  const select = (): void => {
    if (row.kind === 'actor') useSelection.getState().select([row.id]);
  };
  return (
    <div
      role="treeitem"
      aria-level={row.depth + 1}
      aria-selected={isSelected}
      tabIndex={isFirst ? 0 : -1}
      className={styles['row']}
      style={{ paddingLeft: 12 + row.depth * 16 }}
      onClick={select}
      onFocus={select}
    >
      {row.kind === 'supervisor' ? <SupervisorCells row={row} /> : <ActorCells row={row} nowMs={nowMs} />}
    </div>
  );
}

function SupervisorCells({
  row: { id, supervisor },
}: {
  readonly row: SupervisionRow & { readonly kind: 'supervisor' };
}) {
  return (
    <>
      <b>{id}</b>
      <span className={styles['end']}>{supervisor.strategy}</span>
    </>
  );
}

interface ActorCellsProps {
  readonly row: SupervisionRow & { readonly kind: 'actor' };
  readonly nowMs: number;
}

function ActorCells({ row: { id, run }, nowMs }: ActorCellsProps): ReactElement {
  const state = useProject((project) => visibleActorState(run, project.run.phase));
  const text = supervisionText(run, nowMs);
  const isWaiting = run?.supervision?.restartsAtMs !== undefined;
  return (
    <>
      <StateGlyph state={state} />
      <span className={styles['name']}>{id}</span>
      <span className={styles['state']}>{stateWords[state]}</span>
      <span
        className={`${styles['end']} ${run?.supervision?.hasEnded === true ? 'faulted' : isWaiting ? 'warning' : ''}`}
        title={text}
      >
        {text}
      </span>
    </>
  );
}

/** Arrow keys, Home and End go from line to line. */
function moveFocus(event: KeyboardEvent<HTMLElement>): void {
  const items = [...event.currentTarget.querySelectorAll<HTMLElement>('[role="treeitem"]')];
  const at = items.indexOf(document.activeElement as HTMLElement);
  const targets: Readonly<Record<string, number>> = {
    ArrowDown: at + 1,
    ArrowUp: at - 1,
    Home: 0,
    End: items.length - 1,
  };
  const target = targets[event.key];
  if (target === undefined) return;
  event.preventDefault();
  items[target]?.focus();
}

/** Four times a second while something counts down. */
function useClock(isOn: boolean): number {
  const [nowMs, setNowMs] = useState(() => Date.now());
  useEffect(() => {
    if (!isOn) return undefined;
    setTimeout(() => setNowMs(Date.now()));
    const timer = setInterval(() => setNowMs(Date.now()), 250);
    return () => clearInterval(timer);
  }, [isOn]);
  return nowMs;
}
