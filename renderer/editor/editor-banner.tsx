import { useState, type ReactElement } from 'react';
import { useShallow } from 'zustand/react/shallow';

import { studio } from '../bridge/client.ts';
import { toFailure } from '../bridge/failure.ts';
import { documents } from '../stores/documents.ts';
import { useNavigation } from '../stores/navigation.store.ts';
import { openProjectId } from '../stores/project-session.ts';
import { useProject } from '../stores/project.store.ts';
import { showFailure } from '../stores/toasts.store.ts';
import { Banner } from '../ui/banner.tsx';
import { Button } from '../ui/button.tsx';
import { compileAgain } from '../stores/compile-again.ts';
import { ResetDialog } from './reset-dialog.tsx';
import { revisionNotice, type RevisionNotice } from './revision-notice.ts';
import { useWindowConflict } from './use-document.ts';

/** The one thing that must be known about the file: a conflict, or that its latest revision does not run. */
export function EditorBanner({
  path,
  onCompareConflict,
}: {
  readonly path: string;
  readonly onCompareConflict: () => void;
}): ReactElement | null {
  const conflict = useWindowConflict(path);
  const diskConflict = useProject(({ files }) => files[path]?.conflict);
  const known = useProject(useShallow(({ revisions, run, programs }) => ({ revisions, run, programs })));
  if (conflict) return <WindowConflict path={path} onCompare={onCompareConflict} />;
  if (diskConflict !== undefined) return <DiskConflict path={path} kind={diskConflict} />;
  const notice = revisionNotice(path, known);
  return notice === undefined ? null : <NotRunning path={path} notice={notice} />;
}

function WindowConflict({ path, onCompare }: { readonly path: string; readonly onCompare: () => void }): ReactElement {
  return (
    <Banner
      kind="warning"
      actions={
        <>
          <Button onClick={() => documents.resolve(path, 'mine')}>Keep mine</Button>
          <Button onClick={() => documents.resolve(path, 'theirs')}>Take theirs</Button>
          <Button onClick={onCompare}>Compare</Button>
        </>
      }
    >
      <b>{path} was changed elsewhere</b> while this one held edits that it had not sent.
    </Banner>
  );
}

function DiskConflict({
  path,
  kind,
}: {
  readonly path: string;
  readonly kind: 'changed-on-disk' | 'deleted-on-disk';
}): ReactElement {
  const resolve = (take: 'draft' | 'disk'): void => {
    studio.files.resolveConflict
      .mutate({ projectId: openProjectId(), path, take })
      .catch((error: unknown) => showFailure(`The conflict in ${path} goes on`, toFailure(error)));
  };
  const isDeleted = kind === 'deleted-on-disk';
  return (
    <Banner
      kind="warning"
      actions={
        <>
          <Button onClick={() => resolve('draft')}>Keep mine</Button>
          <Button onClick={() => resolve('disk')}>{isDeleted ? 'Delete here too' : 'Take theirs'}</Button>
        </>
      }
    >
      <b>
        {path} was {isDeleted ? 'deleted' : 'changed'} on disk
      </b>{' '}
      by another program, and has unsaved edits here.
    </Banner>
  );
}

function NotRunning({ path, notice }: { readonly path: string; readonly notice: RevisionNotice }): ReactElement {
  const [isAsking, setAsking] = useState(false);
  const { openFile, compareWithRunning } = useNavigation.getState();
  const { location, resettable, running } = notice;
  const goToError = (): void => {
    if (location !== undefined) openFile(location.file, location);
  };
  return (
    <>
      <Banner
        kind="warning"
        actions={
          <>
            {resettable.length > 0 ? (
              <Button onClick={() => setAsking(true)}>{resetLabel(resettable)}</Button>
            ) : (
              location !== undefined && <Button onClick={goToError}>Go to error</Button>
            )}
            {notice.isOfCompiler && <Button onClick={() => void compileAgain(path)}>Compile again</Button>}
            <Button onClick={() => compareWithRunning(path)}>Compare with r{running}</Button>
          </>
        }
      >
        <b>r{running} is still running.</b> {notice.reason}
      </Banner>
      {isAsking && <ResetDialog actorIds={resettable} revision={notice.latest} onClose={() => setAsking(false)} />}
    </>
  );
}

function resetLabel(ids: readonly string[]): string {
  return `Reset ${ids.length === 1 ? ids[0]! : `${ids.length} actors`} and load`;
}
