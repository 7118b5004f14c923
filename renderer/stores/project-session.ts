import { studio } from '../bridge/client.ts';
import { type Failure, toFailure } from '../bridge/failure.ts';
import { documents } from './documents.ts';
import { useConnection } from './connection.store.ts';
import { applyEvent, closeProject, loseSight, regainSight, useProject } from './project.store.ts';
import { telemetry } from './telemetry-history.ts';
import { useToasts } from './toasts.store.ts';

let events: { unsubscribe(): void } | undefined;

/**
 * Follows a project of the host: its events go to the stores, from now until another one is opened. `onRefused` is told
 * when the host cannot open it.
 */
export function followProject(projectId: string, onRefused: (failure: Failure) => void): void {
  leaveProject();
  events = studio.projects.events.subscribe(
    { projectId },
    {
      onData: ({ data: event }) => {
        applyEvent(event);
        documents.take(event);
        telemetry.takeEvent(event, useProject.getState().run.runId);
        if (event.type === 'notice') useToasts.getState().show(event.notice);
      },
      onError: (error) => onRefused(toFailure(error)),
    },
  );
  telemetry.follow(projectId);
}

export function leaveProject(): void {
  events?.unsubscribe();
  events = undefined;
  telemetry.leave();
  documents.clear();
  closeProject();
}

useConnection.subscribe(({ status }, before) => {
  const { project } = useProject.getState();
  if (project === undefined || status === before.status) return;
  if (status === 'lost') loseSight();
  // The answer says that the host has opened the project: another host than before has told its state by then.
  else studio.telemetry.listDeadLetters.query({ projectId: project.id, limit: 1 }).then(regainSight, () => undefined);
});

/** The id of the open project. To be called where there is one. */
export function openProjectId(): string {
  const { project } = useProject.getState();
  if (project === undefined) throw new Error('no project is open');
  return project.id;
}
