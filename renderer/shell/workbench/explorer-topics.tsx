import { Rss } from 'lucide-react';
import type { ReactElement } from 'react';

import type { TopologySubscription } from '../../../app/model/topology/topology.ts';
import { useSelection } from '../../stores/selection.store.ts';
import { useTopology } from '../../stores/topology.store.ts';
import { matches, Section } from './explorer-section.tsx';
import styles from './explorer.module.css';

const none: readonly TopologySubscription[] = [];

/** Topics with those that listen; a click selects them. Nothing where nobody listens to any. */
export function TopicSection({ filter }: { readonly filter: string }): ReactElement | null {
  const subscriptions = useTopology(({ topology }) => topology?.subscriptions) ?? none;
  const topics = new Map<string, string[]>();
  for (const { topic, to } of subscriptions) topics.set(topic, [...(topics.get(topic) ?? []), to]);
  if (topics.size === 0) return null;
  const shown = [...topics].filter(([topic, ids]) => [topic, ...ids].some((text) => matches(text, filter)));
  return (
    <Section title="Topics" count={topics.size}>
      {shown.map(([topic, ids]) => (
        <li key={topic}>
          <button
            type="button"
            data-explorer-item
            className={styles['item']}
            title={`${topic}: ${ids.join(', ')}`}
            onClick={() => useSelection.getState().select(ids)}
          >
            <Rss size={14} strokeWidth={1.35} aria-hidden />
            <span className={styles['name']}>{topic}</span>
            <span className={styles['end']}>{ids.join(', ')}</span>
          </button>
        </li>
      ))}
    </Section>
  );
}
