import type { ReactElement } from 'react';

import { useMessagesView } from '../stores/messages-view.store.ts';
import { useProject } from '../stores/project.store.ts';
import { formatCount } from '../ui/format.ts';
import { Segmented } from '../ui/segmented.tsx';
import { DeadLetterList } from './dead-letter-list.tsx';
import styles from './messages.module.css';
import { OutputList } from './output-list.tsx';

/** What left the topology, and what could not be delivered. */
export function MessagesPanel(): ReactElement {
  const tab = useMessagesView((state) => state.tab);
  const dead = useProject((state) => state.deadLetters.total);
  const options = [
    { value: 'outputs', label: 'Outputs' },
    { value: 'dead-letters', label: dead === 0 ? 'Dead letters' : `Dead letters ${formatCount(dead)}` },
  ] as const;
  const tabs = (
    <Segmented
      label="Messages"
      options={options}
      value={tab}
      onChange={(chosen) => useMessagesView.setState({ tab: chosen })}
    />
  );
  return (
    <div className={styles['panel']}>
      {tab === 'outputs' ? <OutputList tabs={tabs} /> : <DeadLetterList tabs={tabs} />}
    </div>
  );
}
