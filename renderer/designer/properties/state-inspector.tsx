import { useState, type ReactElement } from 'react';

import type { StateView } from '../../../app/contract/state.ts';
import type { Json, StructType } from '../../../app/model/message-type.ts';
import { studio } from '../../bridge/client.ts';
import { toFailure } from '../../bridge/failure.ts';
import { openProjectId } from '../../stores/project-session.ts';
import { SelectBox, TextBox } from '../../ui/field.tsx';
import { shortTypeName } from '../../ui/format.ts';
import { Fold } from '../../ui/fold.tsx';
import { StateGlyph } from '../../ui/state-glyph.tsx';
import styles from './state-inspector.module.css';
import { changeOf, patchOf, readValue, type StateRow, stateRows, valueText } from './state-rows.ts';
import { useStateView } from './use-state-view.ts';

interface StateInspectorProps {
  readonly id: string;
  readonly instances: number;
  readonly state: StructType;
}

/** The state of a running instance: what it holds now, what has changed since the last look, and each value to change. */
export function StateInspector({ id, instances, state }: StateInspectorProps): ReactElement {
  const [instance, setInstance] = useState(0);
  const chosen = Math.min(instance, instances - 1);
  return (
    <Fold title="State" end={<code>{shortTypeName(state.name)}</code>}>
      {instances > 1 && (
        <div className={styles['instances']}>
          <SelectBox aria-label="Instance" value={chosen} onChange={({ target }) => setInstance(Number(target.value))}>
            {Array.from({ length: instances }, (_, index) => (
              <option key={index} value={index}>
                {id}#{index}
              </option>
            ))}
          </SelectBox>
        </div>
      )}
      <Instance key={chosen} actor={`${id}#${chosen}`} state={state} />
    </Fold>
  );
}

function Instance({ actor, state }: { readonly actor: string; readonly state: StructType }): ReactElement {
  const { view, before, failure, take } = useStateView(actor);
  const rows = stateRows(state, view?.json);
  const old = new Map(stateRows(state, before).map(({ path, value }) => [path, value]));
  const isLeft = view?.moment === 'left-by-trap';
  return (
    <>
      {isLeft && (
        <p className={styles['note']}>
          <StateGlyph state="faulted" />
          {actor} has failed: its last handler may have been in the middle of a change. It cannot be changed now.
        </p>
      )}
      {view?.problem !== undefined && <p className={styles['note']}>{view.problem}</p>}
      {failure !== undefined && <p className={styles['note']}>{`${failure.message} ${failure.tip ?? ''}`.trim()}</p>}
      <ul aria-label={`State of ${actor}`}>
        {rows.map((row) => (
          <Row
            key={row.path}
            row={row}
            actor={actor}
            change={changeOf(old.get(row.path), row.value)}
            isFixed={isLeft}
            onWritten={take}
          />
        ))}
        {rows.length === 0 && <li className={styles['note']}>no fields</li>}
      </ul>
    </>
  );
}

interface RowProps {
  readonly row: StateRow;
  readonly actor: string;
  readonly change: string | undefined;
  readonly isFixed: boolean;
  readonly onWritten: (view: StateView) => void;
}

function Row({ row, actor, change, isFixed, onWritten }: RowProps): ReactElement {
  const { path, name, type, typeName, doc, depth, value } = row;
  const isHead = type.kind === 'struct';
  const [typed, setTyped] = useState<string>();
  const [refusal, setRefusal] = useState<string>();
  const read = typed === undefined ? undefined : readValue(type, typed);
  const problem = read !== undefined && 'error' in read ? read.error : refusal;
  const write = async (): Promise<void> => {
    if (read === undefined || 'error' in read) return;
    const refused = await writeField(actor, patchOf(path, read.value), onWritten);
    setRefusal(refused);
    if (refused === undefined) setTyped(undefined);
  };
  return (
    <li className={styles['row']} title={doc} style={{ paddingLeft: 20 + depth * 12 }}>
      <b>{name}</b>
      <code className={styles['type']}>{typeName}</code>
      <span className={styles['change']}>{change ?? ''}</span>
      {!isHead && (
        <TextBox
          aria-label={`${path} of ${actor}`}
          aria-invalid={problem === undefined ? undefined : true}
          disabled={isFixed || value === undefined}
          title="Enter writes it, Esc takes it back"
          value={typed ?? valueText(value)}
          onChange={({ target }) => {
            setTyped(target.value);
            setRefusal(undefined);
          }}
          onBlur={() => typed === valueText(value) && setTyped(undefined)}
          onKeyDown={({ key }) => {
            if (key === 'Enter') void write();
            if (key !== 'Escape') return;
            setTyped(undefined);
            setRefusal(undefined);
          }}
        />
      )}
      {problem !== undefined && <p className={styles['problem']}>{problem}</p>}
      {problem === undefined && typed !== undefined && (
        <p className={styles['hint']}>Enter writes it, Esc takes it back.</p>
      )}
    </li>
  );
}

type WireFields = Parameters<typeof studio.states.write.mutate>[0]['fields'];

/** Gives why it was refused, with every problem. */
async function writeField(
  actor: string,
  fields: { readonly [key: string]: Json },
  onWritten: (view: StateView) => void,
): Promise<string | undefined> {
  try {
    // The contract knows no readonly JSON; it reads the fields only.
    onWritten(
      await studio.states.write.mutate({
        projectId: openProjectId(),
        actor,
        fields: fields as WireFields,
        mode: 'patch',
      }),
    );
    return undefined;
  } catch (error) {
    const { message, tip = '', problems } = toFailure(error);
    const details = problems.map((problem) => `${problem.message} ${problem.tip ?? ''}`.trim());
    return details.length > 0 ? details.join(' ') : `${message} ${tip}`.trim();
  }
}
