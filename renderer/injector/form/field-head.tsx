import type { ReactElement } from 'react';

import { cppName } from '../../../app/model/layout-text.ts';
import type { FieldProps } from './form-context.ts';
import styles from './form.module.css';

/** Name and C++ type as the title of a fold. */
export function FieldHead({ name, type, doc }: Pick<FieldProps, 'name' | 'type' | 'doc'>): ReactElement {
  return (
    <span className={styles['head']} title={doc}>
      <span className={styles['name']}>{name}</span> <code>{cppName(type)}</code>
    </span>
  );
}
