import { ChevronDown, ChevronRight } from 'lucide-react';
import { useId, useState, type ReactElement, type ReactNode } from 'react';

import styles from './fold.module.css';

interface FoldProps {
  readonly title: ReactNode;
  /** At the end of its head: a count, a latency. */
  readonly end?: ReactNode;
  readonly children: ReactNode;
  readonly isOpenAtFirst?: boolean;
  readonly className?: string;
}

/** A section with a head of 28 that folds it away. */
export function Fold({ title, end, children, isOpenAtFirst = true, className = '' }: FoldProps): ReactElement {
  const [isOpen, setIsOpen] = useState(isOpenAtFirst);
  const id = useId();
  const Chevron = isOpen ? ChevronDown : ChevronRight;
  return (
    <section className={`${styles['fold']} ${className}`} aria-labelledby={`${id}-head`}>
      <h3 className={styles['head']}>
        <button
          type="button"
          id={`${id}-head`}
          aria-expanded={isOpen}
          aria-controls={id}
          onClick={() => setIsOpen(!isOpen)}
        >
          <Chevron size={12} aria-hidden />
          {title}
        </button>
        {end !== undefined && <span className={styles['end']}>{end}</span>}
      </h3>
      <div id={id} hidden={!isOpen} className={styles['body']}>
        {isOpen && children}
      </div>
    </section>
  );
}
