import type { ReactElement } from 'react';

import type { SourceLocation } from '../../app/base/studio-error.ts';
import { useNavigation } from '../stores/navigation.store.ts';
import styles from './comparison.module.css';

/** Leads to a line of a source. */
export function PlaceLink({ location }: { readonly location: SourceLocation }): ReactElement {
  const openFile = useNavigation((state) => state.openFile);
  return (
    <button type="button" className={styles['link']} onClick={() => openFile(location.file, location)}>
      {location.file}:{location.line}
    </button>
  );
}
