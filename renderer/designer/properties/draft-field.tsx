import { useState, type ReactElement } from 'react';

import { Field, TextBox } from '../../ui/field.tsx';

interface DraftFieldProps {
  readonly label: string;
  /** As it is written now. */
  readonly value: string;
  readonly unit?: string | undefined;
  readonly placeholder?: string | undefined;
  readonly inputMode?: 'numeric';
  readonly isOff?: boolean;
  /** Why a text cannot be; nothing when it can. */
  readonly check?: (text: string) => string | undefined;
  /** Gets a text that can be and differs from `value`. */
  readonly onChange: (text: string) => void;
}

/**
 * A text that is written when it is done: by Enter, or by leaving the field. What cannot be stays in the field with the
 * reason under it, and is not written; Esc takes it back.
 */
export function DraftField({ label, value, check, onChange, isOff = false, ...box }: DraftFieldProps): ReactElement {
  const [typed, setTyped] = useState<string>();
  const problem = typed === undefined ? undefined : check?.(typed.trim());
  const commit = (): void => {
    if (typed === undefined || problem !== undefined) return;
    setTyped(undefined);
    if (typed.trim() !== value) onChange(typed.trim());
  };
  return (
    <Field label={label} error={problem}>
      {(ids) => (
        <TextBox
          {...ids}
          {...box}
          disabled={isOff}
          value={typed ?? value}
          onChange={(event) => setTyped(event.target.value)}
          onBlur={commit}
          onKeyDown={(event) => {
            if (event.key === 'Enter') commit();
            if (event.key === 'Escape') setTyped(undefined);
          }}
        />
      )}
    </Field>
  );
}
