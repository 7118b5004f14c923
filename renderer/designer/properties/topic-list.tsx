import { X } from 'lucide-react';
import { useState, type ReactElement } from 'react';

import { patternProblem } from '../../../app/model/topics/topic.ts';
import type { TopologySubscription } from '../../../app/model/topology/topology.ts';
import { useTopology } from '../../stores/topology.store.ts';
import { IconButton } from '../../ui/button.tsx';
import { Field, TextBox } from '../../ui/field.tsx';
import { Fold } from '../../ui/fold.tsx';
import { addSubscription, removeSubscription } from '../message-edits.ts';
import styles from './properties.module.css';

interface TopicListProps {
  readonly id: string;
  readonly isReadOnly: boolean;
}

const none: readonly TopologySubscription[] = [];

/** The topics that an actor listens to. */
export function TopicList({ id, isReadOnly }: TopicListProps): ReactElement {
  const subscriptions = useTopology(({ topology }) => topology?.subscriptions) ?? none;
  const topics = subscriptions.filter(({ to }) => to === id).map(({ topic }) => topic);
  return (
    <Fold title="Topics" end={topics.length}>
      <ul aria-label={`Topics of ${id}`}>
        {topics.map((topic) => (
          <li key={topic} className={styles['child']}>
            <code title={othersOn(subscriptions, topic, id)}>{topic}</code>
            {!isReadOnly && (
              <span className={styles['push']}>
                <IconButton
                  label={`Unsubscribe ${id} from ${topic}`}
                  icon={<X size={12} strokeWidth={1.6} />}
                  onClick={() => removeSubscription(topic, id)}
                />
              </span>
            )}
          </li>
        ))}
      </ul>
      {topics.length > 0 && <p className={styles['note']}>A retained message of a topic comes at once.</p>}
      {!isReadOnly && <NewTopic id={id} topics={topics} />}
    </Fold>
  );
}

function othersOn(subscriptions: readonly TopologySubscription[], topic: string, id: string): string {
  const others = subscriptions.filter((other) => other.topic === topic && other.to !== id).map(({ to }) => to);
  return others.length === 0 ? `Only ${id} listens to ${topic}` : `Also of ${others.join(', ')}`;
}

/** Tells what is wrong with a pattern while it is typed; Enter adds it. */
function NewTopic({ id, topics }: { readonly id: string; readonly topics: readonly string[] }): ReactElement {
  const [typed, setTyped] = useState('');
  const pattern = typed.trim();
  const isKnown = topics.includes(pattern);
  const problem = pattern === '' ? undefined : isKnown ? `${id} listens to it already.` : patternProblem(pattern);
  return (
    <Field label="Subscribe to" error={problem} note="* is one level, # all the rest.">
      {(ids) => (
        <TextBox
          {...ids}
          value={typed}
          placeholder="sensors/*/heat"
          onChange={(event) => setTyped(event.target.value)}
          onKeyDown={(event) => {
            if (event.key === 'Escape') setTyped('');
            if (event.key !== 'Enter' || pattern === '' || problem !== undefined) return;
            addSubscription(pattern, id);
            setTyped('');
          }}
        />
      )}
    </Field>
  );
}
