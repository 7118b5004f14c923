import { Trash2 } from 'lucide-react';
import { useEffect, useState, type ReactElement } from 'react';

import type { Problem } from '../../../app/base/studio-error.ts';
import type { CheckpointInfo } from '../../../app/contract/state.ts';
import { useConnection } from '../../stores/connection.store.ts';
import { useProject } from '../../stores/project.store.ts';
import { Button, IconButton } from '../../ui/button.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { TextBox } from '../../ui/field.tsx';
import { formatBytes, formatClock } from '../../ui/format.ts';
import { StateGlyph } from '../../ui/state-glyph.tsx';
import styles from './checkpoints.module.css';
import {
  deleteCheckpoint,
  loadCheckpoints,
  restoreCheckpoint,
  saveCheckpoint,
  useCheckpoints,
} from './checkpoints.store.ts';
import { RestoreDialog } from './restore-dialog.tsx';

/** All states and queues of the run as they were at some moments, to go on from. */
export function CheckpointsPanel(): ReactElement {
  const { list, refusal } = useCheckpoints();
  const status = useConnection((state) => state.status);
  const projectId = useProject((state) => state.project?.id);
  const [asked, setAsked] = useState<CheckpointInfo>();
  useEffect(() => {
    if (status === 'open' && projectId !== undefined) void loadCheckpoints();
  }, [status, projectId]);
  return (
    <div className={styles['panel']}>
      <SaveBar />
      {list?.length === 0 && (
        <EmptyState title="No checkpoints">
          A checkpoint holds the states and queues of all actors at one moment. A project goes on from it, also
          tomorrow.
        </EmptyState>
      )}
      <ul className={styles['list']} aria-label="Checkpoints">
        {list?.map((checkpoint) => (
          <li key={checkpoint.id}>
            <Item checkpoint={checkpoint} onRestore={() => setAsked(checkpoint)} />
            {refusal?.id === checkpoint.id && <Refusal id={checkpoint.id} problems={refusal.problems} />}
          </li>
        ))}
      </ul>
      {asked !== undefined && <RestoreDialog checkpoint={asked} onClose={() => setAsked(undefined)} />}
    </div>
  );
}

function SaveBar(): ReactElement {
  const isLive = useProject(({ run: { phase } }) => phase === 'running' || phase === 'paused');
  const [name, setName] = useState('');
  const [isSaving, setIsSaving] = useState(false);
  const save = async (): Promise<void> => {
    if (!isLive || isSaving) return;
    setIsSaving(true);
    if (await saveCheckpoint(name.trim())) setName('');
    setIsSaving(false);
  };
  return (
    <div className={styles['bar']}>
      <TextBox
        aria-label="Name of the checkpoint"
        placeholder="Name, may be empty"
        value={name}
        maxLength={64}
        onChange={({ target }) => setName(target.value)}
        onKeyDown={({ key }) => key === 'Enter' && void save()}
      />
      <Button
        disabled={!isLive || isSaving}
        title={isLive ? undefined : 'The actors are stopped: there is nothing to save.'}
        onClick={() => void save()}
      >
        Save checkpoint
      </Button>
    </div>
  );
}

interface ItemProps {
  readonly checkpoint: CheckpointInfo;
  readonly onRestore: () => void;
}

function Item({ checkpoint: { id, name, takenAtMs, sizeBytes }, onRestore }: ItemProps): ReactElement {
  const title = name === '' ? 'unnamed' : name;
  return (
    <div className={styles['item']}>
      <b className={name === '' ? styles['unnamed'] : ''} title={title}>
        {title}
      </b>
      <time title={new Date(takenAtMs).toLocaleString('en-GB')}>{formatMoment(takenAtMs)}</time>
      <span className={styles['size']}>{formatBytes(sizeBytes)}</span>
      <Button aria-label={`Restore ${title}`} onClick={onRestore}>
        Restore
      </Button>
      <IconButton
        label={`Delete checkpoint ${title}`}
        icon={<Trash2 size={14} />}
        onClick={() => void deleteCheckpoint(id)}
      />
    </div>
  );
}

/** The time alone where it was today. */
function formatMoment(atMs: number): string {
  const at = new Date(atMs);
  const isToday = at.toDateString() === new Date().toDateString();
  return isToday
    ? formatClock(atMs)
    : `${at.toLocaleDateString('en-GB', { day: 'numeric', month: 'short' })} ${formatClock(atMs)}`;
}

/** Every reason, and the way that is left. */
function Refusal({ id, problems }: { readonly id: string; readonly problems: readonly Problem[] }): ReactElement {
  const isLayout = problems.some(({ code }) => code === 'state-layout' || code === 'queued-message');
  const isLive = useProject(({ run: { phase } }) => phase === 'running' || phase === 'paused');
  const isLoss = problems.some(({ code }) => code === 'migration-loss');
  return (
    <div className={styles['refusal']} role="alert">
      <p>{isLive ? 'Nothing was restored, and what runs goes on:' : 'Nothing was restored:'}</p>
      <ul>
        {problems.map((problem, index) => (
          <li key={index}>
            <StateGlyph state="faulted" />
            <span>{`${problem.message} ${problem.tip ?? ''}`.trim()}</span>
          </li>
        ))}
      </ul>
      <div className={styles['actions']}>
        {isLayout && !isLoss && (
          <Button onClick={() => void restoreCheckpoint({ id, migrate: 'lossless' })}>Carry over by field names</Button>
        )}
        {isLoss && (
          <Button onClick={() => void restoreCheckpoint({ id, migrate: 'allow-loss' })}>Restore and lose these</Button>
        )}
        <Button look="quiet" onClick={() => useCheckpoints.setState({ refusal: undefined })}>
          Close
        </Button>
      </div>
    </div>
  );
}
