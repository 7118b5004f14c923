import type { ReactElement } from 'react';

import { useNavigation } from '../stores/navigation.store.ts';
import { useProject } from '../stores/project.store.ts';
import { Button } from '../ui/button.tsx';
import { formatCount } from '../ui/format.ts';
import styles from './messages.module.css';
import { OutputList } from './output-list.tsx';

/** What left the topology, and the way to what could not be delivered. */
export function MessagesPanel(): ReactElement {
  return (
    <div className={styles['panel']}>
      <OutputList tabs={<ToDeadLetters />} />
    </div>
  );
}

function ToDeadLetters(): ReactElement | null {
  const total = useProject((state) => state.deadLetters.total);
  if (total === 0) return null;
  return (
    <Button onClick={() => useNavigation.getState().showPanel('dead-letters')}>
      Dead letters {formatCount(total)}
    </Button>
  );
}
