import { ArrowDownToLine, Copy, X } from 'lucide-react';
import { useEffect, useMemo, useState, type ReactElement, type ReactNode } from 'react';

import type { OutputRow } from '../../app/contract/run.ts';
import { shortMessage } from '../../app/model/message-form/short-message.ts';
import { useProject } from '../stores/project.store.ts';
import { Button, IconButton } from '../ui/button.tsx';
import { EmptyState } from '../ui/empty-state.tsx';
import { formatClock, formatCount, shortTypeName } from '../ui/format.ts';
import { JsonTree } from '../ui/json-tree.tsx';
import { RowList } from '../ui/row-list.tsx';
import { TypeDot } from '../ui/type-dot.tsx';
import { copyJson } from '../ui/export-rows.ts';
import { ListBar } from './list-bar.tsx';
import styles from './messages.module.css';
import { filterOutputs, outputSummary } from './output-filter.ts';
import type { OutputView } from './output-log.ts';
import { followOutputs, loadOlder, useOutputs } from './outputs-session.ts';

/** The outputs and replies that left the topology. Held, the list stands still while the run goes on. */
export function OutputList({ tabs }: { readonly tabs: ReactNode }): ReactElement {
  useEffect(followOutputs, []);
  const live = useOutputs();
  const [held, setHeld] = useState<OutputView>();
  const [filter, setFilter] = useState('');
  const [selected, setSelected] = useState<number>();
  const view = held?.runId === live.runId ? held : live;
  const rows = useMemo(() => filterOutputs(view.rows, filter), [view, filter]);
  const row = rows.find(({ seq }) => seq === selected);
  const isHeld = view !== live;
  return (
    <>
      <ListBar
        tabs={tabs}
        what="outputs"
        hint="Filter by actor, type, text"
        filter={filter}
        onFilter={setFilter}
        rows={rows}
        file="outputs.jsonl"
      >
        <IconButton
          label={isHeld ? 'Follow the latest outputs' : 'Hold the list; the run goes on'}
          icon={<ArrowDownToLine size={14} />}
          aria-pressed={!isHeld}
          onClick={() => setHeld(isHeld ? undefined : live)}
        />
      </ListBar>
      {live.total === 0 ? <NoOutputs /> : <Summary live={live} view={view} shown={rows.length} isHeld={isHeld} />}
      {live.total > 0 && (
        <div className={styles['split']}>
          <RowList
            label="Outputs"
            rows={rows}
            seqOf={seqOf}
            selected={selected}
            onSelect={setSelected}
            isFollowing={!isHeld}
            onFollow={(isFollowing) => setHeld(isFollowing ? undefined : live)}
            rowClassName={styles['cells']}
          >
            {(output) => <OutputCells row={output} />}
          </RowList>
          {row !== undefined && <OutputDetail row={row} onClose={() => setSelected(undefined)} />}
        </div>
      )}
    </>
  );
}

function seqOf({ seq }: OutputRow): number {
  return seq;
}

interface SummaryProps {
  readonly live: OutputView;
  readonly view: OutputView;
  readonly shown: number;
  readonly isHeld: boolean;
}

function Summary({ live, view, shown, isHeld }: SummaryProps): ReactElement {
  const canLoad = live.total > live.rows.length && live.rows.length < 10_000;
  return (
    <p className={styles['summary']}>
      <span>{outputSummary(live)}</span>
      {shown !== view.rows.length && <span>, {formatCount(shown)} match the filter</span>}
      {isHeld && <span>, held: {formatCount(live.total - view.total)} came since</span>}
      {canLoad && (
        <Button look="quiet" onClick={() => void loadOlder()}>
          Load older
        </Button>
      )}
    </p>
  );
}

function OutputCells({ row }: { readonly row: OutputRow }): ReactElement {
  return (
    <>
      <time>{formatClock(row.atMs)}</time>
      <span className={styles['from']}>{row.from}</span>
      <span className={styles['type']}>
        <TypeDot type={row.type} />
        {shortTypeName(row.type)}
      </span>
      <span className={`${styles['text']} ${row.problem === undefined ? '' : 'faulted'}`}>
        {row.problem ?? shortMessage(row.message ?? null)}
      </span>
    </>
  );
}

function OutputDetail({ row, onClose }: { readonly row: OutputRow; readonly onClose: () => void }): ReactElement {
  return (
    <aside className={styles['detail']} aria-label={`Output ${row.seq}`}>
      <h3>
        <TypeDot type={row.type} />
        {shortTypeName(row.type)}
        <span className={styles['grow']} />
        {row.message !== undefined && (
          <IconButton label="Copy as JSON" icon={<Copy size={12} />} onClick={() => copyJson(row.message)} />
        )}
        <IconButton label="Close the details" icon={<X size={12} />} onClick={onClose} />
      </h3>
      <dl>
        <dt>From</dt>
        <dd>{row.from}</dd>
        <dt>Port</dt>
        <dd>{row.port}</dd>
        <dt>Id</dt>
        <dd>
          <code>{row.messageId}</code>
        </dd>
        <dt>Number</dt>
        <dd>{formatCount(row.seq)}</dd>
      </dl>
      {row.problem !== undefined && <p className="faulted">{row.problem}</p>}
      {row.message !== undefined && <JsonTree value={row.message} label={`Payload of output ${row.seq}`} />}
    </aside>
  );
}

function NoOutputs(): ReactElement {
  const phase = useProject((state) => state.run.phase);
  return (
    <EmptyState title="No outputs yet">
      {phase === 'idle'
        ? 'The actors are stopped. What leaves the topology shows here.'
        : 'What actors send through ports without a channel, and what nobody waits for, shows here.'}
    </EmptyState>
  );
}
