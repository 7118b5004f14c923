import { Download } from 'lucide-react';
import type { ReactElement, ReactNode } from 'react';

import { IconButton } from '../ui/button.tsx';
import { TextBox } from '../ui/field.tsx';
import { formatCount } from '../ui/format.ts';
import { downloadJsonLines } from '../ui/export-rows.ts';
import styles from './messages.module.css';

interface ListBarProps {
  readonly tabs: ReactNode;
  /** What the list holds, `outputs`. */
  readonly what: string;
  readonly hint: string;
  readonly filter: string;
  readonly onFilter: (filter: string) => void;
  /** Those that are shown: what is saved. */
  readonly rows: readonly object[];
  readonly file: string;
  /** More buttons. */
  readonly children?: ReactNode;
}

/** Over a list of messages: what is shown of it, and a file of that. */
export function ListBar({ tabs, what, hint, filter, onFilter, rows, file, children }: ListBarProps): ReactElement {
  return (
    <div className={styles['bar']}>
      {tabs}
      <TextBox
        type="search"
        aria-label={`Filter ${what}`}
        placeholder={hint}
        value={filter}
        onChange={({ target }) => onFilter(target.value)}
      />
      {children}
      <IconButton
        label={`Save ${formatCount(rows.length)} rows as JSON lines`}
        icon={<Download size={14} />}
        disabled={rows.length === 0}
        onClick={() => downloadJsonLines(file, rows)}
      />
    </div>
  );
}
