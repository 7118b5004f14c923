import type { ReactElement } from 'react';

import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { useConsent } from '../stores/consent.store.ts';
import { startRun } from './run-actions.ts';
import styles from './consent-dialog.module.css';

/** Somebody else's kernels are programs: they run only after the person has agreed to exactly this content. */
export function ConsentDialog(): ReactElement | null {
  const request = useConsent(({ request: open }) => open);
  if (request === undefined) return null;
  const close = (): void => useConsent.setState({ request: undefined, agreed: undefined });
  const agree = (): void => {
    const { agreed = (hash: string) => void startRun(hash) } = useConsent.getState();
    close();
    agreed(request.hash);
  };
  const { functionName, actorCount } = request;
  const actors = actorCount === 1 ? '1 actor' : `${actorCount} actors`;
  const isLaunch = functionName !== undefined;
  const act = isLaunch ? `launches ${functionName}` : `starts ${actors}`;
  return (
    <Dialog
      title={isLaunch ? `Launch ${functionName}?` : 'Run the kernels of this project?'}
      onClose={close}
      actions={
        <>
          <Button onClick={close}>{isLaunch ? 'Do not launch' : 'Do not run'}</Button>
          <Button look="primary" autoFocus onClick={agree}>
            {isLaunch ? 'Launch this function' : 'Run these kernels'}
          </Button>
        </>
      }
    >
      <p>
        This content was not written in this studio, or has changed outside it. Running it {act} with the code of these
        sources
        {request.device === 'cpu' ? ' in a sandbox on the CPU device' : ' on the GPU, which is no sandbox'}. You are
        asked again when the content changes.
      </p>
      <ul className={styles['sources']}>
        {request.sources.map((source) => (
          <li key={source}>
            <code>{source}</code>
          </li>
        ))}
      </ul>
      {request.writes.length > 0 && (
        <>
          <p>It writes these files of the project:</p>
          <ul className={styles['sources']} aria-label="Files that are written">
            {request.writes.map(({ path, mode }) => (
              <li key={path}>
                <code>{path}</code> {mode === 'replace' ? 'is replaced' : 'is added to'}
              </li>
            ))}
          </ul>
        </>
      )}
      <p className={styles['where']}>
        <code>{request.dir}</code>
      </p>
    </Dialog>
  );
}
