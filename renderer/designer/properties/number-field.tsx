import { useState, type ReactElement } from 'react';

import { Field, TextBox } from '../../ui/field.tsx';

interface NumberFieldProps {
  readonly label: string;
  readonly unit?: string;
  /** Undefined where several actors differ. */
  readonly value: number | undefined;
  readonly placeholder?: string;
  readonly isOff?: boolean;
  /** Why a number cannot be; nothing when it can. */
  readonly check: (value: number) => string | undefined;
  /** Undefined when the field was emptied. */
  readonly onChange: (value: number | undefined) => void;
}

/** A whole number. What is wrong stays in the field with the reason under it, and is not written; Esc takes it back. */
export function NumberField({
  label,
  unit,
  value,
  placeholder,
  isOff = false,
  check,
  onChange,
}: NumberFieldProps): ReactElement {
  const [typed, setTyped] = useState<string>();
  const shown = value === undefined ? '' : String(value);
  const problem = typed === undefined ? undefined : problemOf(typed, check);
  const commit = (): void => {
    if (typed === undefined || problem !== undefined) return;
    setTyped(undefined);
    if (typed.trim() !== shown) onChange(typed.trim() === '' ? undefined : numberOf(typed));
  };
  return (
    <Field label={label} error={problem}>
      {(ids) => (
        <TextBox
          {...ids}
          inputMode="numeric"
          unit={unit}
          placeholder={placeholder}
          disabled={isOff}
          value={typed ?? shown}
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

function numberOf(text: string): number {
  return Number(text.trim().replaceAll(/[,_ ]/g, ''));
}

function problemOf(text: string, check: (value: number) => string | undefined): string | undefined {
  if (text.trim() === '') return undefined;
  const value = numberOf(text);
  return Number.isInteger(value) ? check(value) : 'Use a whole number.';
}
