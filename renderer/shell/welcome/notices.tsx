import { useState, type ReactElement } from 'react';

import { studio } from '../../bridge/client.ts';
import { toFailure } from '../../bridge/failure.ts';
import { runCommand } from '../../stores/commands.store.ts';
import { HOST_AWAY } from '../../stores/connection.store.ts';
import { showFailure } from '../../stores/toasts.store.ts';
import { Banner } from '../../ui/banner.tsx';
import { Button } from '../../ui/button.tsx';
import { openProject } from '../choose-project.ts';
import { forgetMissing, type MissingProject, useMissingProject } from '../missing-project.store.ts';
import { useIsHostAway } from '../use-host-away.ts';
import styles from './welcome.module.css';

/** What must be known before anything is chosen: that nobody answers, or why the project is not here. */
export function Notices({ onForgotten }: { readonly onForgotten: () => void }): ReactElement {
  const isAway = useIsHostAway();
  const missing = useMissingProject((state) => state.missing);
  return (
    <div className={styles['notices']}>
      {isAway && (
        <Banner kind="warning">
          <b>{HOST_AWAY}</b> The studio waits for it: recent projects and samples show as soon as it is there.
        </Banner>
      )}
      {missing !== undefined && <Missing missing={missing} onForgotten={onForgotten} />}
    </div>
  );
}

interface MissingProps {
  readonly missing: MissingProject;
  readonly onForgotten: () => void;
}

function Missing({ missing: { name, dir, isListed, failure }, onForgotten }: MissingProps): ReactElement {
  const [isBusy, setBusy] = useState(false);
  const remove = async (): Promise<void> => {
    if (dir === undefined) return;
    setBusy(true);
    try {
      await studio.projects.forget.mutate(dir);
      forgetMissing();
      onForgotten();
    } catch (error) {
      setBusy(false);
      showFailure('The entry was not removed', toFailure(error));
    }
  };
  const isUnknown = failure.code === 'UnknownProject';
  return (
    <Banner
      kind="warning"
      actions={
        <>
          <Button onClick={() => runCommand('project.open')}>Open folder…</Button>
          {isListed && (
            <Button disabled={isBusy} onClick={() => void remove()}>
              Remove from the list
            </Button>
          )}
          {!isListed && isUnknown && dir !== undefined && (
            <Button onClick={() => void openProject(dir)}>Open it again</Button>
          )}
          <Button look="quiet" onClick={forgetMissing}>
            Close
          </Button>
        </>
      }
    >
      <b>{name === undefined ? 'The project that was shown last' : name} is not open.</b> {reasonOf(dir, failure)}
    </Banner>
  );
}

/** The host's own words name the folder, unless it does not know the project. */
function reasonOf(dir: string | undefined, { code, message }: MissingProject['failure']): string {
  if (code !== 'UnknownProject') return message.charAt(0).toUpperCase() + message.slice(1);
  const place = dir === undefined ? 'Its folder is not known' : `It was in '${dir}'`;
  return `${place}; the list of recent projects does not have it.`;
}
