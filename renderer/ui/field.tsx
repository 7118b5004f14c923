import { useId, type InputHTMLAttributes, type ReactElement, type ReactNode, type SelectHTMLAttributes } from 'react';

import styles from './field.module.css';

interface FieldProps {
  readonly label: ReactNode;
  /** Under the control; the control is marked as invalid. */
  readonly error?: string | undefined;
  /** Under the control, while there is no error: what the chosen value means. */
  readonly note?: string | undefined;
  /** Gets the ids that tie the control to its label and to what is under it. */
  readonly children: (ids: {
    readonly id: string;
    readonly 'aria-describedby'?: string;
    readonly 'aria-invalid'?: true;
  }) => ReactNode;
}

/** A label and its control in one row of 28. */
export function Field({ label, error, note, children }: FieldProps): ReactElement {
  const id = useId();
  const underId = `${id}-under`;
  const under = error ?? note;
  const described = under === undefined ? { id } : { id, 'aria-describedby': underId };
  const ids = error === undefined ? described : { ...described, 'aria-invalid': true as const };
  return (
    <div className={styles['field']}>
      <label htmlFor={id}>{label}</label>
      {children(ids)}
      {under !== undefined && (
        <p id={underId} className={error === undefined ? styles['under'] : styles['error']}>
          {under}
        </p>
      )}
    </div>
  );
}

interface TextBoxProps extends InputHTMLAttributes<HTMLInputElement> {
  /** Inside the box, at its end. */
  readonly unit?: string | undefined;
}

export function TextBox({ unit, className = '', ...rest }: TextBoxProps): ReactElement {
  return (
    <span className={styles['box']}>
      <input className={`${styles['input']} ${className}`} spellCheck={false} autoComplete="off" {...rest} />
      {unit !== undefined && <span className={styles['unit']}>{unit}</span>}
    </span>
  );
}

export function SelectBox({ className = '', ...rest }: SelectHTMLAttributes<HTMLSelectElement>): ReactElement {
  return <select className={`${styles['select']} ${className}`} {...rest} />;
}
