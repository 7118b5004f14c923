import type { ReactElement } from 'react';

import { DraftField } from './draft-field.tsx';
import { numberOf } from './number-text.ts';

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

/** A whole number. */
export function NumberField({ value, check, onChange, ...field }: NumberFieldProps): ReactElement {
  return (
    <DraftField
      {...field}
      inputMode="numeric"
      value={value === undefined ? '' : String(value)}
      check={(text) => problemOf(text, check)}
      onChange={(text) => onChange(text === '' ? undefined : numberOf(text))}
    />
  );
}

function problemOf(text: string, check: (value: number) => string | undefined): string | undefined {
  if (text === '') return undefined;
  const value = numberOf(text);
  return Number.isInteger(value) ? check(value) : 'Use a whole number.';
}
