import { useEffect, useRef, type ReactElement } from 'react';

import { isWatchedBy, supervisorDefaults, supervisorOf } from '../../../../app/model/topology/edit/edit-supervisors.ts';
import type { Topology, TopologySupervisor } from '../../../../app/model/topology/topology.ts';
import { Button } from '../../../ui/button.tsx';
import { Field, SelectBox } from '../../../ui/field.tsx';
import { Fold } from '../../../ui/fold.tsx';
import { useDesigner } from '../../designer.store.ts';
import { renameProblem } from '../../edits.ts';
import { changeSupervision, deleteSupervision, putUnder, renameSupervision } from '../../supervisor-edits.ts';
import { DraftField } from '../draft-field.tsx';
import { NumberField } from '../number-field.tsx';
import styles from '../properties.module.css';
import { between } from '../setting-rules.ts';
import { BackoffFields } from './backoff-fields.tsx';
import { ChildList } from './child-list.tsx';
import { strategies, strategyWords } from './strategies.ts';

interface SupervisorEditorProps {
  readonly supervisor: TopologySupervisor;
  readonly topology: Topology;
  readonly isReadOnly: boolean;
}

/** One supervisor, folded away until it is asked for. */
export function SupervisorEditor({ supervisor, topology, isReadOnly }: SupervisorEditorProps): ReactElement {
  const { id, strategy, children } = supervisor;
  const wish = useDesigner((state) => (state.supervisor?.id === id ? state.supervisor : undefined));
  const isShown = wish !== undefined;
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (wish?.wantsFocus !== true) return;
    useDesigner.setState({ supervisor: { ...wish, wantsFocus: false } });
    box.current?.scrollIntoView({ block: 'nearest' });
    box.current?.querySelector('button')?.focus({ preventScroll: true });
  }, [wish]);
  const end = `${strategyWords(strategy).label.toLowerCase()}, ${children.length}`;
  return (
    <div ref={box} role="group" aria-label={`Supervisor ${id}`} className={styles['nested']}>
      <Fold title={id} end={end} isOpenAtFirst={isShown}>
        <DraftField
          label="Name"
          value={id}
          isOff={isReadOnly}
          check={(name) => renameProblem(id, name)}
          onChange={(name) => renameSupervision(id, name)}
        />
        <StrategyField supervisor={supervisor} isReadOnly={isReadOnly} />
        <ChildList supervisor={supervisor} topology={topology} isReadOnly={isReadOnly} />
        <LimitFields supervisor={supervisor} isReadOnly={isReadOnly} />
        <ParentField supervisor={supervisor} topology={topology} isReadOnly={isReadOnly} />
        <BackoffFields supervisor={supervisor} isReadOnly={isReadOnly} />
        {!isReadOnly && (
          <div className={styles['pad']}>
            <Button onClick={() => deleteSupervision(id)}>Delete {id}</Button>
          </div>
        )}
      </Fold>
    </div>
  );
}

type FieldsProps = Pick<SupervisorEditorProps, 'supervisor' | 'isReadOnly'>;

function StrategyField({ supervisor: { id, strategy }, isReadOnly }: FieldsProps): ReactElement {
  return (
    <Field label="Strategy" note={strategyWords(strategy).explanation}>
      {(ids) => (
        <SelectBox
          {...ids}
          disabled={isReadOnly}
          value={strategy}
          onChange={({ target: { value } }) => {
            const chosen = strategies.find((entry) => entry.strategy === value);
            if (chosen !== undefined) changeSupervision(id, 'the strategy', { strategy: chosen.strategy });
          }}
        >
          {strategies.map((entry) => (
            <option key={entry.strategy} value={entry.strategy} title={entry.explanation}>
              {entry.label}
            </option>
          ))}
        </SelectBox>
      )}
    </Field>
  );
}

function LimitFields({ supervisor: { id, maxRestarts, withinMs, state }, isReadOnly }: FieldsProps): ReactElement {
  const common = { isOff: isReadOnly };
  return (
    <>
      <NumberField
        {...{ ...common, label: 'Restarts', unit: 'at most', check: between(0, 1_000_000) }}
        value={maxRestarts ?? supervisorDefaults.maxRestarts}
        onChange={(value) => changeSupervision(id, 'the restarts', { maxRestarts: value })}
      />
      <NumberField
        {...{ ...common, label: 'Within', unit: 'ms', check: between(1, 86_400_000) }}
        value={withinMs ?? supervisorDefaults.withinMs}
        onChange={(value) => changeSupervision(id, 'the window', { withinMs: value })}
      />
      <Field label="Begins with">
        {(ids) => (
          <SelectBox
            {...ids}
            disabled={isReadOnly}
            value={state ?? supervisorDefaults.state}
            onChange={({ target: { value } }) =>
              changeSupervision(id, 'the state after a restart', { state: value === 'keep' ? 'keep' : 'reset' })
            }
          >
            <option value="reset">Initial state</option>
            <option value="keep">State as the failure left it</option>
          </SelectBox>
        )}
      </Field>
    </>
  );
}

/** Who takes over when the restarts are used up. */
function ParentField({ supervisor: { id }, topology, isReadOnly }: SupervisorEditorProps): ReactElement {
  const others = (topology.supervisors ?? []).filter((other) => other.id !== id);
  const parent = supervisorOf(topology, id)?.id ?? '';
  const note =
    parent === '' ? 'When it gives up, its group ends.' : `When it gives up, ${parent} starts all of it again.`;
  return (
    <Field label="Watched by" note={note}>
      {(ids) => (
        <SelectBox
          {...ids}
          disabled={isReadOnly}
          value={parent}
          onChange={({ target: { value } }) => putUnder([id], value === '' ? undefined : value)}
        >
          <option value="">nobody</option>
          {others.map((other) => {
            const isBelow = isWatchedBy(topology, other.id, id);
            return (
              <option key={other.id} value={other.id} disabled={isBelow}>
                {isBelow ? `${other.id} (is below ${id})` : other.id}
              </option>
            );
          })}
        </SelectBox>
      )}
    </Field>
  );
}
