import { useState, type ReactElement } from 'react';

import type { BurstState } from '../../app/contract/run.ts';
import { HOST_AWAY } from '../stores/connection.store.ts';
import { useProject } from '../stores/project.store.ts';
import { Button } from '../ui/button.tsx';
import { formatCount, formatRate, shortTypeName } from '../ui/format.ts';
import { StateGlyph } from '../ui/state-glyph.tsx';
import styles from './injector.module.css';
import { cancelBurst } from './sending.ts';

/** Bursts under way, and until they are closed the one that ended last and those that ended with their host. */
export function BurstList(): ReactElement {
  const bursts = useProject((state) => state.bursts);
  const isLost = useProject(({ run }) => run.lost !== undefined);
  const [closed, setClosed] = useState<readonly string[]>([]);
  const last = bursts.at(-1);
  const shown = bursts.filter((burst) => {
    if (burst.status === 'running') return true;
    const isNews = burst === last || (isLost && burst.status === 'interrupted');
    return isNews && !closed.includes(burst.id);
  });
  if (shown.length === 0) return <></>;
  return (
    <ul className={styles['bursts']} aria-label="Bursts">
      {shown.map((burst) => (
        <Burst key={burst.id} burst={burst} onClose={() => setClosed([...closed, burst.id])} />
      ))}
    </ul>
  );
}

function Burst({ burst, onClose }: { readonly burst: BurstState; readonly onClose: () => void }): ReactElement {
  const { to, type, count, sent, elapsedMs, status, error } = burst;
  const isUnknown = useProject(({ run }) => run.phase === 'unknown') && status === 'running';
  const rate = elapsedMs > 0 && !isUnknown ? formatRate((sent / elapsedMs) * 1000) : 'no data';
  return (
    <li className={styles['burst']}>
      <span className={styles['burstHead']}>
        {isUnknown ? <StateGlyph state="unknown" label="Unknown" /> : <BurstGlyph status={status} />}
        <span className={styles['grow']}>
          {shortTypeName(type)} to {to}
        </span>
        {status === 'running' ? (
          <Button
            disabled={isUnknown}
            {...(isUnknown && { title: HOST_AWAY })}
            onClick={() => void cancelBurst(burst.id)}
          >
            Cancel
          </Button>
        ) : (
          <Button look="quiet" onClick={onClose}>
            Close
          </Button>
        )}
      </span>
      <progress max={count} value={sent} aria-label={`Burst of ${shortTypeName(type)} to ${to}`} />
      <span className={styles['burstFoot']}>
        <span>
          {formatCount(sent)} of {formatCount(count)}
          {isUnknown ? ', last heard of' : endWords[status]}
        </span>
        <span>{rate} messages/s</span>
      </span>
      {error !== undefined && <span className="faulted">{error}</span>}
    </li>
  );
}

const endWords: Readonly<Record<BurstState['status'], string>> = {
  ...{ running: '', done: '', failed: '', cancelled: ', cancelled' },
  interrupted: ' accepted when the studio host died',
};

function BurstGlyph({ status }: Pick<BurstState, 'status'>): ReactElement {
  if (status === 'done') return <StateGlyph state="ok" label="Done" />;
  if (status === 'failed') return <StateGlyph state="faulted" label="Failed" />;
  if (status === 'interrupted') return <StateGlyph state="faulted" label="Interrupted" />;
  return status === 'cancelled' ? <StateGlyph state="stopped" label="Cancelled" /> : <StateGlyph state="running" />;
}
