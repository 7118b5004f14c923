import { RotateCcw } from 'lucide-react';
import { useId, type ReactElement, type ReactNode } from 'react';

import { cppName } from '../../../app/model/layout-text.ts';
import { shortMessage } from '../../../app/model/message-form/short-message.ts';
import type { FieldType, Json } from '../../../app/model/message-type.ts';
import { StateGlyph } from '../../ui/state-glyph.tsx';
import styles from './form.module.css';
import { type FieldProps, useProblem } from './form-context.ts';

export interface ControlIds {
  readonly id: string;
  readonly 'aria-describedby'?: string;
  readonly 'aria-invalid'?: true;
}

interface FieldRowProps extends Omit<FieldProps, 'value' | 'onChange'> {
  readonly children: (ids: ControlIds) => ReactNode;
}

/** Name and C++ type, the control, and under it what is wrong. Its doc comment shows while the control has the focus. */
export function FieldRow({ type, path, name, children, ...hints }: FieldRowProps): ReactElement {
  const id = useId();
  const problem = useProblem(path);
  const hasHint = hints.doc !== undefined || hints.default !== undefined;
  const described = [problem === undefined ? '' : `${id}-error`, hasHint ? `${id}-doc` : ''].filter(Boolean).join(' ');
  const ids: ControlIds = {
    id,
    ...(described === '' ? {} : { 'aria-describedby': described }),
    ...(problem === undefined ? {} : { 'aria-invalid': true }),
  };
  return (
    <div className={styles['row']} data-path={path}>
      <label htmlFor={id} title={`${cppName(type)} ${name}`}>
        <span className={styles['name']}>{name}</span> <code>{cppName(type)}</code>
      </label>
      <div className={styles['control']}>
        {children(ids)}
        {hints.onReset !== undefined && <ResetButton name={name} onReset={hints.onReset} default={hints.default} />}
      </div>
      {problem !== undefined && <Problem id={`${id}-error`} text={problem} />}
      {hasHint && <Hint id={`${id}-doc`} doc={hints.doc} default={hints.default} />}
    </div>
  );
}

export function Problem({ id, text }: { readonly id?: string; readonly text: string }): ReactElement {
  return (
    <p {...(id === undefined ? {} : { id })} className={styles['error']}>
      <StateGlyph state="faulted" />
      {text}
    </p>
  );
}

function Hint({ id, doc, default: value }: { id: string; doc?: string | undefined; default?: Json | undefined }) {
  return (
    <div id={id} className={styles['hint']} role="tooltip">
      {doc !== undefined && <p>{doc}</p>}
      {value !== undefined && <p className={styles['default']}>Default {shortMessage(value)}</p>}
    </div>
  );
}

interface ResetButtonProps {
  readonly name: string;
  readonly onReset: () => void;
  readonly default?: Json | undefined;
}

export function ResetButton({ name, onReset, default: value }: ResetButtonProps): ReactElement {
  const label = `Reset ${name} to its default${value === undefined ? '' : `, ${shortMessage(value)}`}`;
  return (
    <button type="button" className={styles['reset']} aria-label={label} title={label} onClick={onReset}>
      <RotateCcw size={12} aria-hidden />
    </button>
  );
}

/** The unit a type can be said to have: how much a text or a list holds. */
export function isLeaf(type: FieldType): boolean {
  return type.kind === 'scalar' || type.kind === 'enum';
}
