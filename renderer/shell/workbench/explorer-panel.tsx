import { Filter } from 'lucide-react';
import { useState, type KeyboardEvent, type ReactElement } from 'react';

import { TextBox } from '../../ui/field.tsx';
import { ActorSection, HostSection } from './explorer-actors.tsx';
import { FileSection } from './explorer-files.tsx';
import { TopicSection } from './explorer-topics.tsx';
import { TypeSection } from './explorer-types.tsx';
import styles from './explorer.module.css';

/** Actors, message types, topics and files, by name. */
export function ExplorerPanel(): ReactElement {
  const [filter, setFilter] = useState('');
  return (
    <nav className={styles['panel']} aria-label="Explorer" onKeyDown={moveFocus}>
      <div className={styles['filter']}>
        <Filter size={12} strokeWidth={1.6} />
        <TextBox
          aria-label="Filter actors and files"
          placeholder="Filter actors and files"
          value={filter}
          onChange={(event) => setFilter(event.target.value)}
        />
      </div>
      <div className={styles['sections']}>
        <ActorSection filter={filter} />
        <HostSection filter={filter} />
        <TypeSection filter={filter} />
        <TopicSection filter={filter} />
        <FileSection filter={filter} />
      </div>
    </nav>
  );
}

/** Arrows move among all items of all sections. */
function moveFocus(event: KeyboardEvent<HTMLElement>): void {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  const items = [...event.currentTarget.querySelectorAll<HTMLElement>('[data-explorer-item]')];
  const at = items.findIndex((item) => item === document.activeElement);
  if (step === undefined || at === -1) return;
  event.preventDefault();
  items[Math.min(items.length - 1, Math.max(0, at + step))]?.focus();
}
