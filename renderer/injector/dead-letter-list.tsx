import { Copy, X } from 'lucide-react';
import { useEffect, useMemo, useState, type ReactElement, type ReactNode } from 'react';

import type { DeadLetterRow } from '../../app/contract/dead-letters.ts';
import type { DeadLetterSummary } from '../../app/contract/run.ts';
import { shortMessage } from '../../app/model/message-form/short-message.ts';
import { studio } from '../bridge/client.ts';
import { useProject } from '../stores/project.store.ts';
import { IconButton } from '../ui/button.tsx';
import { deadLetterReasons } from '../ui/dead-letter-reasons.ts';
import { EmptyState } from '../ui/empty-state.tsx';
import { formatClock, formatCount, shortTypeName } from '../ui/format.ts';
import { JsonTree } from '../ui/json-tree.tsx';
import { TypeDot } from '../ui/type-dot.tsx';
import { copyJson } from './export-rows.ts';
import { ListBar } from './list-bar.tsx';
import { MessageRows } from './message-rows.tsx';
import styles from './messages.module.css';
import { filterOutputs } from './output-filter.ts';

const LIMIT = 2000;

/** Messages that could not be delivered or processed, with the reason of each. */
export function DeadLetterList({ tabs }: { readonly tabs: ReactNode }): ReactElement {
  const summary = useProject((state) => state.deadLetters);
  const all = useDeadLetters(summary.total);
  const [filter, setFilter] = useState('');
  const [selected, setSelected] = useState<number>();
  const [isFollowing, setIsFollowing] = useState(true);
  const rows = useMemo(() => filterOutputs(all, filter), [all, filter]);
  const row = rows.find(({ seq }) => seq === selected);
  return (
    <>
      <ListBar
        tabs={tabs}
        what="dead letters"
        hint="Filter by actor, type, reason"
        filter={filter}
        onFilter={setFilter}
        rows={rows}
        file="dead-letters.jsonl"
      />
      {summary.total === 0 ? (
        <EmptyState title="No dead letters">Every message so far was delivered and processed.</EmptyState>
      ) : (
        <>
          <Reasons summary={summary} shown={all.length} />
          <div className={styles['split']}>
            <MessageRows
              label="Dead letters"
              rows={rows}
              seqOf={({ seq }) => seq}
              selected={selected}
              onSelect={setSelected}
              isFollowing={isFollowing}
              onFollow={setIsFollowing}
            >
              {(letter) => <Cells row={letter} />}
            </MessageRows>
            {row !== undefined && <Detail row={row} onClose={() => setSelected(undefined)} />}
          </div>
        </>
      )}
    </>
  );
}

/** Asked for again whenever there are more, at most once in 500 ms. */
function useDeadLetters(total: number): readonly DeadLetterRow[] {
  const projectId = useProject((state) => state.project?.id);
  const runId = useProject((state) => state.run.runId);
  const [rows, setRows] = useState<readonly DeadLetterRow[]>([]);
  useEffect(() => {
    if (projectId === undefined) return undefined;
    const timer = setTimeout(() => {
      studio.telemetry.listDeadLetters.query({ projectId, limit: LIMIT }).then(
        (listed) => setRows([...listed].sort((a, b) => a.seq - b.seq)),
        () => undefined, // the connection's own message says why
      );
    }, 250);
    return () => clearTimeout(timer);
  }, [projectId, runId, total]);
  return rows;
}

function Reasons({ summary, shown }: { readonly summary: DeadLetterSummary; readonly shown: number }): ReactElement {
  const missing = summary.total - shown;
  return (
    <p className={styles['summary']}>
      {Object.entries(summary.byReason).map(([reason, count]) => (
        <span key={reason} className={styles['reason']}>
          {reason} <b>{formatCount(count)}</b>
        </span>
      ))}
      {missing > 0 && shown >= LIMIT && <span>{formatCount(missing)} older ones are not shown</span>}
    </p>
  );
}

function Cells({ row }: { readonly row: DeadLetterRow }): ReactElement {
  return (
    <>
      <time>{formatClock(row.atMs)}</time>
      <span className={`${styles['from']} warning`}>{row.reason}</span>
      <span className={styles['type']}>
        <TypeDot type={row.type} />
        {row.type === null ? 'unknown type' : shortTypeName(row.type)}
      </span>
      <span className={styles['text']}>
        {row.from} to {row.to}
        {row.message === undefined ? '' : `: ${shortMessage(row.message)}`}
      </span>
    </>
  );
}

function Detail({ row, onClose }: { readonly row: DeadLetterRow; readonly onClose: () => void }): ReactElement {
  return (
    <aside className={styles['detail']} aria-label={`Dead letter ${row.seq}`}>
      <h3>
        <TypeDot type={row.type} />
        {row.type === null ? 'Unknown type' : shortTypeName(row.type)}
        <span className={styles['grow']} />
        {row.message !== undefined && (
          <IconButton label="Copy as JSON" icon={<Copy size={12} />} onClick={() => copyJson(row.message)} />
        )}
        <IconButton label="Close the details" icon={<X size={12} />} onClick={onClose} />
      </h3>
      <dl>
        <dt>Reason</dt>
        <dd>{deadLetterReasons[row.reason]}</dd>
        <dt>From</dt>
        <dd>{row.from}</dd>
        <dt>To</dt>
        <dd>{row.to}</dd>
      </dl>
      {row.message !== undefined && <JsonTree value={row.message} label={`Payload of dead letter ${row.seq}`} />}
    </aside>
  );
}
