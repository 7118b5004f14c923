import { useId, type ReactElement } from 'react';

import { Field, TextBox } from '../../ui/field.tsx';
import { Switch } from '../../ui/switch.tsx';
import { readDim, shapeText, type LaunchDraft } from './launch-draft.ts';
import { changeDraft, type Launchable } from './launch-form.store.ts';
import styles from './launch.module.css';

interface ShapeFieldsProps {
  readonly shown: Launchable;
  readonly draft: LaunchDraft;
  readonly problemOf: (key: string) => string | undefined;
}

/** Over how many blocks of how many threads, and within which limits. */
export function ShapeFields({ shown, draft, problemOf }: ShapeFieldsProps): ReactElement {
  const change = (part: Partial<LaunchDraft>): void => changeDraft(shown, part);
  const isWhole = problemOf('grid') === undefined && problemOf('block') === undefined;
  return (
    <div className={styles['shape']}>
      <DimFields label="Grid" dim={draft.grid} problem={problemOf('grid')} onChange={(grid) => change({ grid })} />
      <DimFields label="Block" dim={draft.block} problem={problemOf('block')} onChange={(block) => change({ block })} />
      {isWhole && (
        <p className={styles['total']} role="status">
          {shapeText(readDim(draft.grid), readDim(draft.block))}
        </p>
      )}
      <Field label="Shared memory" error={problemOf('sharedBytes')}>
        {(ids) => (
          <TextBox
            {...ids}
            unit="bytes a block"
            inputMode="numeric"
            title="Dynamic shared memory of each block"
            value={draft.sharedBytes}
            onChange={({ target }) => change({ sharedBytes: target.value })}
          />
        )}
      </Field>
      <Field label="Time limit" error={problemOf('timeLimitMs')}>
        {(ids) => (
          <TextBox
            {...ids}
            unit="ms"
            inputMode="numeric"
            value={draft.timeLimitMs}
            onChange={({ target }) => change({ timeLimitMs: target.value })}
          />
        )}
      </Field>
      <Field label="Cooperative">
        {(ids) => (
          <Switch
            {...ids}
            isOn={draft.isCooperative}
            words={draft.isCooperative ? 'all blocks under way together' : 'off'}
            onChange={(isCooperative) => change({ isCooperative })}
          />
        )}
      </Field>
    </div>
  );
}

type DimText = LaunchDraft['grid'];

interface DimFieldsProps {
  readonly label: string;
  readonly dim: DimText;
  readonly problem: string | undefined;
  readonly onChange: (dim: DimText) => void;
}

function DimFields({ label, dim, problem, onChange }: DimFieldsProps): ReactElement {
  const id = useId();
  const change = (axis: number, text: string): void => {
    const [x, y, z] = dim;
    onChange([axis === 0 ? text : x, axis === 1 ? text : y, axis === 2 ? text : z]);
  };
  return (
    <div className={styles['dims']} role="group" aria-labelledby={`${id}-label`}>
      <span id={`${id}-label`} className={styles['label']}>
        {label}
      </span>
      {dim.map((text, axis) => (
        <TextBox
          key={'xyz'[axis]}
          aria-label={`${label} ${'xyz'[axis]!}`}
          unit={'xyz'[axis]}
          inputMode="numeric"
          placeholder="1"
          value={text}
          {...(problem === undefined ? {} : { 'aria-invalid': true, 'aria-describedby': `${id}-problem` })}
          onChange={({ target }) => change(axis, target.value)}
        />
      ))}
      {problem !== undefined && (
        <p id={`${id}-problem`} className={styles['problem']}>
          {problem}
        </p>
      )}
    </div>
  );
}
