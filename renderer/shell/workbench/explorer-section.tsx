import { ChevronDown, ChevronRight } from 'lucide-react';
import { useState, type ReactElement, type ReactNode } from 'react';

import styles from './explorer.module.css';

export function matches(name: string, filter: string): boolean {
  return name.toLowerCase().includes(filter.trim().toLowerCase());
}

/** A heading that folds, with the number of what is below it. */
export function Section({
  title,
  count,
  children,
  action,
}: {
  readonly title: string;
  readonly count: number;
  readonly children: ReactNode;
  readonly action?: ReactNode;
}): ReactElement {
  const [isOpen, setIsOpen] = useState(true);
  const Chevron = isOpen ? ChevronDown : ChevronRight;
  return (
    <section>
      <h2 className={styles['heading']}>
        <button type="button" data-explorer-item aria-expanded={isOpen} onClick={() => setIsOpen(!isOpen)}>
          <Chevron size={12} strokeWidth={1.6} />
          {title}
        </button>
        {action}
        <span className={styles['end']}>{count}</span>
      </h2>
      {isOpen && <ul>{children}</ul>}
    </section>
  );
}
