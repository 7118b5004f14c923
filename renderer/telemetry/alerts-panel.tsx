import { useEffect, useState, type ReactElement } from 'react';

import { studio } from '../bridge/client.ts';
import { toFailure } from '../bridge/failure.ts';
import { useQueryOnce } from '../bridge/query-once.ts';
import { HOST_AWAY } from '../stores/connection.store.ts';
import { runCommand } from '../stores/commands.store.ts';
import { useNavigation } from '../stores/navigation.store.ts';
import { openProjectId } from '../stores/project-session.ts';
import { useProject } from '../stores/project.store.ts';
import { useSelection } from '../stores/selection.store.ts';
import { showFailure } from '../stores/toasts.store.ts';
import { Button } from '../ui/button.tsx';
import { Fold } from '../ui/fold.tsx';
import { formatBytes, formatClock } from '../ui/format.ts';
import { StateGlyph } from '../ui/state-glyph.tsx';
import styles from './alerts.module.css';
import type { Alert } from './alert.ts';
import { isDue } from './alerts.ts';
import { useAlerts } from './alerts.store.ts';

/** What needs the person now, each with the action that helps; what did; and the device that it all runs on. */
export function AlertsPanel(): ReactElement {
  const { open, cleared } = useAlerts();
  const isAway = useProject(({ run }) => run.phase === 'unknown');
  const nowMs = useSlowClock(open.some(({ kind }) => kind === 'full' || kind === 'blocked' || kind === 'slow'));
  const due = open.filter((alert) => isDue(alert, nowMs));
  return (
    <div className={styles['panel']}>
      <ul className={styles['alerts']} aria-label="Alerts" aria-live="polite">
        {due.map((alert) => (
          <AlertItem key={alert.key} alert={alert} />
        ))}
        {due.length === 0 && <li className={styles['none']}>{isAway ? HOST_AWAY : 'Nothing needs you now.'}</li>}
      </ul>
      {cleared.length > 0 && (
        <Fold title="Cleared" end={cleared.length}>
          <ul className={styles['alerts']} aria-label="Cleared alerts">
            {cleared.map((alert) => (
              <li key={`${alert.key}${alert.clearedMs}`} className={styles['cleared']}>
                <StateGlyph state="ok" />
                <div>
                  <p className={styles['title']}>
                    <b>{alert.title}</b>
                    <time>{formatClock(alert.clearedMs)}</time>
                  </p>
                  <p>{alert.text}</p>
                </div>
              </li>
            ))}
          </ul>
        </Fold>
      )}
      <Device />
    </div>
  );
}

function AlertItem({ alert }: { readonly alert: Alert }): ReactElement {
  return (
    <li>
      <StateGlyph state={['faulted', 'lost', 'deadlock', 'stuck'].includes(alert.kind) ? 'faulted' : 'warning'} />
      <div>
        <p className={styles['title']}>
          <b>{alert.title}</b>
          <time>{formatClock(alert.sinceMs)}</time>
        </p>
        <p>{alert.text}</p>
        <div className={styles['actions']}>
          <Actions alert={alert} />
        </div>
      </div>
    </li>
  );
}

function Actions({ alert: { kind, actorId, culpritId, location } }: { readonly alert: Alert }): ReactElement {
  const { openFile, showPanel } = useNavigation.getState();
  switch (kind) {
    case 'lost':
      return (
        <>
          <Button onClick={() => runCommand('run.start')}>Run again</Button>
          <Button onClick={() => runCommand('run.dismissLost')}>Dismiss</Button>
        </>
      );
    case 'faulted':
      return (
        <>
          {location !== undefined && <Button onClick={() => openFile(location.file, location)}>Go to line</Button>}
          {actorId !== undefined && <Button onClick={() => void restart(actorId)}>Restart fresh</Button>}
        </>
      );
    case 'stuck':
    case 'deadlock':
      return (
        <>
          {actorId !== undefined && <Button onClick={() => void restart(actorId)}>Restart {actorId} fresh</Button>}
          {actorId !== undefined && <Button onClick={() => showActor(actorId)}>Show {actorId}</Button>}
        </>
      );
    case 'blocked':
    case 'slow': {
      const shown = culpritId ?? actorId;
      return <>{shown !== undefined && <Button onClick={() => showActor(shown)}>Show {shown}</Button>}</>;
    }
    case 'full':
      return (
        <Button onClick={() => (actorId === undefined ? showPanel('properties') : showActor(actorId))}>
          Show its queue
        </Button>
      );
    case 'dropped':
      return <Button onClick={() => showPanel('dead-letters')}>Show them</Button>;
  }
}

function showActor(id: string): void {
  useSelection.getState().select([id]);
  useNavigation.getState().showPanel('properties');
}

async function restart(actorId: string): Promise<void> {
  try {
    await studio.run.reset.mutate({ projectId: openProjectId(), actorIds: [actorId] });
  } catch (error) {
    showFailure(`${actorId} was not restarted`, toFailure(error));
  }
}

/** Ticks once a second while `isOn`: a queue must have been full for a while. */
function useSlowClock(isOn: boolean): number {
  const [nowMs, setNowMs] = useState(() => Date.now());
  useEffect(() => {
    if (!isOn) return undefined;
    const timer = setInterval(() => setNowMs(Date.now()), 1000);
    return () => clearInterval(timer);
  }, [isOn]);
  return nowMs;
}

function Device(): ReactElement {
  const machine = useQueryOnce(() => studio.machine.query());
  const { kind, description } = useProject((state) => state.run.device);
  return (
    <Fold title="Device" className={styles['device']!}>
      <dl>
        <dt>Runs on</dt>
        <dd>{kind === 'cpu' ? 'CPU (simulated)' : 'CUDA'}</dd>
        {description !== '' && (
          <>
            <dt>Which is</dt>
            <dd>{description}</dd>
          </>
        )}
        {machine !== undefined && (
          <>
            {kind === 'cpu' && (
              <>
                <dt>Workers</dt>
                <dd>{machine.cpu.workers}</dd>
                <dt>Arena</dt>
                <dd>{formatBytes(machine.cpu.arenaBytes)}</dd>
              </>
            )}
            {!machine.cuda.isAvailable && (
              <>
                <dt>CUDA off</dt>
                <dd title={machine.cuda.reason}>{machine.cuda.summary}</dd>
              </>
            )}
          </>
        )}
      </dl>
      {kind === 'cpu' && <p>Latencies are those of this machine, not of a GPU.</p>}
    </Fold>
  );
}
