import { useVirtualizer } from '@tanstack/react-virtual';
import { Eraser } from 'lucide-react';
import { useEffect, useRef, useState, type ReactElement } from 'react';

import type { ConsoleLine } from '../../../app/contract/project.ts';
import { placeText } from '../../../app/device/thread-place.ts';
import { studio } from '../../bridge/client.ts';
import { toFailure } from '../../bridge/failure.ts';
import { useProject } from '../../stores/project.store.ts';
import { openProjectId } from '../../stores/project-session.ts';
import { showFailure } from '../../stores/toasts.store.ts';
import { IconButton } from '../../ui/button.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { formatClock, formatCount } from '../../ui/format.ts';
import { TextBox } from '../../ui/field.tsx';
import styles from './console-panel.module.css';

function clear(): void {
  studio.run.clearConsole
    .mutate({ projectId: openProjectId() })
    .catch((error: unknown) => showFailure('The console was not cleared', toFailure(error)));
}

/** What kernels print, and what the studio has to say about the run. Follows the end until it is scrolled up. */
export function ConsolePanel(): ReactElement {
  const [filter, setFilter] = useState('');
  const lines = useProject((state) => state.console);
  const missing = (lines.at(-1)?.seq ?? 0) - lines.length;
  const wanted = filter.toLowerCase();
  const shown = wanted === '' ? lines : lines.filter((line) => searchTextOf(line).includes(wanted));
  return (
    <div className={styles['panel']}>
      <div className={styles['bar']}>
        <TextBox
          aria-label="Filter the console"
          placeholder="Filter"
          value={filter}
          onChange={(event) => setFilter(event.target.value)}
        />
        <span className={styles['count']}>
          {formatCount(shown.length)} lines
          {missing > 0 && `, ${formatCount(missing)} more were printed than are kept`}
        </span>
        <IconButton label="Clear the console" icon={<Eraser size={14} strokeWidth={1.35} />} onClick={clear} />
      </div>
      {lines.length === 0 ? (
        <EmptyState title="Nothing printed yet">printf in a handler writes here.</EmptyState>
      ) : (
        <Lines lines={shown} />
      )}
    </div>
  );
}

/** `placed#0 block 1, thread 17 hello` */
function searchTextOf({ actor, place, text }: ConsoleLine): string {
  return `${actor} ${place === undefined ? '' : `${placeText(place)} `}${text}`.toLowerCase();
}

function Lines({ lines }: { readonly lines: ReturnType<typeof useProject.getState>['console'] }): ReactElement {
  const box = useRef<HTMLDivElement>(null);
  const [isAtEnd, setIsAtEnd] = useState(true);
  const rows = useVirtualizer({
    count: lines.length,
    getScrollElement: () => box.current,
    estimateSize: () => 18,
    overscan: 10,
  });
  useEffect(() => {
    if (isAtEnd && lines.length > 0) rows.scrollToIndex(lines.length - 1);
  }, [lines, isAtEnd, rows]);
  const onScroll = (): void => {
    const { scrollTop, scrollHeight, clientHeight } = box.current!;
    setIsAtEnd(scrollHeight - scrollTop - clientHeight < 24);
  };
  return (
    <div ref={box} className={styles['lines']} onScroll={onScroll} role="log" aria-label="Console" tabIndex={0}>
      <div style={{ height: rows.getTotalSize(), position: 'relative' }}>
        {rows.getVirtualItems().map(({ index, start, size }) => {
          const line = lines[index]!;
          return (
            <div
              key={line.seq}
              className={`${styles['line']} ${styles[line.kind]}`}
              style={{ transform: `translateY(${start}px)`, height: size }}
            >
              <span className={styles['time']}>{formatClock(line.atMs)}</span>
              <span className={styles['actor']}>{line.actor === '' ? 'studio' : line.actor}</span>
              {line.place !== undefined && <span className={styles['place']}>{placeText(line.place)}</span>}
              <span className={styles['text']}>{line.text}</span>
            </div>
          );
        })}
      </div>
    </div>
  );
}
