import { createContext, useContext } from 'react';

import type { FieldType, Json } from '../../../app/model/message-type.ts';
import type { FormValue } from '../../../app/model/message-form/form-value.ts';

/** What is wrong, by the path of the field. */
export const FormProblems = createContext<ReadonlyMap<string, string>>(new Map());

export function useProblem(path: string): string | undefined {
  return useContext(FormProblems).get(path);
}

/** What every field of the form gets. `K` is the kind of type that the component is made for. */
export interface FieldProps<K extends FieldType['kind'] = FieldType['kind']> {
  readonly type: FieldType & { readonly kind: K };
  readonly value: FormValue;
  readonly path: string;
  /** As its label shows it. */
  readonly name: string;
  readonly doc?: string | undefined;
  /** As the source gives it; undefined where the field has no initializer. */
  readonly default?: Json | undefined;
  /** Undefined where there is nothing to reset to, or nothing has changed. */
  readonly onReset?: (() => void) | undefined;
  readonly onChange: (value: FormValue) => void;
}
