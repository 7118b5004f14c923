import type { ReactElement } from 'react';

import { SelectBox } from '../../ui/field.tsx';
import type { BufferProps } from './buffer-props.ts';
import { bufferKey, useBufferView } from './buffer-view.store.ts';
import styles from './buffers.module.css';

/** The number of an element that is drawn; undefined where elements have none. */
export function useShownField({ launch, buffer }: Pick<BufferProps, 'launch' | 'buffer'>): string | undefined {
  const chosen = useBufferView((state) => state.fields[bufferKey(launch, buffer)]);
  return buffer.fields.find((field) => field === chosen) ?? buffer.fields[0];
}

interface FieldSelectProps extends Pick<BufferProps, 'launch' | 'buffer'> {
  readonly field: string;
}

/** Of structs: which of their fields. */
export function FieldSelect({ launch, buffer, field }: FieldSelectProps): ReactElement | null {
  if (buffer.fields.length < 2) return null;
  const key = bufferKey(launch, buffer);
  return (
    <label className={styles['setting']}>
      Field
      <SelectBox
        value={field}
        onChange={({ target }) =>
          useBufferView.setState(({ fields }) => ({ fields: { ...fields, [key]: target.value } }))
        }
      >
        {buffer.fields.map((name) => (
          <option key={name}>{name}</option>
        ))}
      </SelectBox>
    </label>
  );
}
