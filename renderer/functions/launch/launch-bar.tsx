import { Copy, Play, Square } from 'lucide-react';
import { useEffect, useState, type ReactElement } from 'react';

import { useToasts } from '../../stores/toasts.store.ts';
import { Button, IconButton } from '../../ui/button.tsx';
import { Tip } from '../../ui/tip.tsx';
import { useLaunches } from '../launches.store.ts';
import { execCommand } from './exec-command.ts';
import type { ReadyLaunch } from './launch-draft.ts';
import { type Launchable, type Running, useLaunchForm } from './launch-form.store.ts';
import { LaunchOutcomeLine, RefusalLine } from './launch-outcome.tsx';
import { durationText } from './launch-words.ts';
import styles from './launch.module.css';

interface LaunchBarProps {
  readonly shown: Launchable;
  /** Undefined while the form has problems. */
  readonly ready: ReadyLaunch | undefined;
  readonly onLaunch: () => void;
  readonly onCancel: () => void;
}

/** Under the form, always in view: the act, and what came of it. */
export function LaunchBar({ shown, ready, onLaunch, onCancel }: LaunchBarProps): ReactElement {
  const running = useLaunchForm((state) => state.running);
  return (
    <div className={styles['bar']}>
      <div className={styles['acts']}>
        {running === undefined ? (
          <Tip text="Run the function once" keys="Ctrl+Enter">
            <Button look="primary" icon={<Play size={12} aria-hidden />} onClick={onLaunch}>
              Launch
            </Button>
          </Tip>
        ) : (
          <Button icon={<Square size={12} aria-hidden />} onClick={onCancel}>
            Cancel
          </Button>
        )}
        {running !== undefined && <Elapsed running={running} isOther={!isOf(running, shown)} />}
        <span className={styles['gap']} />
        <IconButton
          label="Copy as command"
          icon={<Copy size={14} strokeWidth={1.35} />}
          {...(ready === undefined ? { offReason: 'the form has problems' } : {})}
          onClick={() => ready !== undefined && void copyCommand(shown, ready)}
        />
      </div>
      {running === undefined && <Result shown={shown} />}
    </div>
  );
}

function isOf(
  { path, functionName }: Pick<Running, 'path' | 'functionName'>,
  { path: own, info }: Launchable,
): boolean {
  return path === own && functionName === info.name;
}

/** The latest of this function, from whichever window, or why there was none. */
function Result({ shown }: { readonly shown: Launchable }): ReactElement | null {
  const latest = useLaunches(({ launches }) => launches.find((launch) => isOf(launch, shown)));
  const refused = useLaunches((state) => state.refused);
  if (refused !== undefined && isOf(refused, shown)) return <RefusalLine why={refused.why} />;
  return latest === undefined ? null : <LaunchOutcomeLine launch={latest} />;
}

const TICK_MS = 100;

function Elapsed({ running, isOther }: { readonly running: Running; readonly isOther: boolean }): ReactElement {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), TICK_MS);
    return () => clearInterval(timer);
  }, []);
  const text = durationText(Math.max(0, Math.floor((now - running.startedAtMs) / TICK_MS) * TICK_MS));
  return (
    <span className={styles['elapsed']} role="timer">
      {isOther && `${running.functionName}: `}
      {text}
    </span>
  );
}

async function copyCommand({ path, info }: Launchable, ready: ReadyLaunch): Promise<void> {
  const { show } = useToasts.getState();
  try {
    await navigator.clipboard.writeText(execCommand({ path, functionName: info.name }, ready));
    show({ severity: 'info', title: 'The command is copied', detail: "Run it in the project's folder." });
  } catch {
    show({ severity: 'warning', title: 'The command was not copied', detail: 'The browser does not allow it.' });
  }
}
