import { studio } from '../bridge/client.ts';
import { toFailure, type Failure } from '../bridge/failure.ts';
import { HOST_AWAY, useConnection } from '../stores/connection.store.ts';
import { openProjectId } from '../stores/project-session.ts';
import { useProject } from '../stores/project.store.ts';
import { showFailure } from '../stores/toasts.store.ts';
import type { JsonMessage } from './draft.ts';
import { addSent, NOT_SENT, settle, useInjector } from './injector.store.ts';

export interface Envelope {
  readonly to: string;
  readonly source: string;
  readonly type: string;
  readonly message: JsonMessage;
}

type WireMessage = Parameters<typeof studio.inject.send.mutate>[0]['message'];

/** As the contract takes it: it reads the message only, and knows no readonly JSON. */
function inputOf({ to, type, message }: Envelope) {
  return { projectId: openProjectId(), to, type, message: message as WireMessage };
}

function addWaiting(envelope: Envelope): number {
  const { key } = useProject.getState().run;
  return addSent({ ...envelope, run: key, atMs: Date.now(), outcome: { kind: 'waiting' } });
}

/** What was on its way when the connection went is neither refused nor known to be accepted. */
function failureOf(error: unknown, { to }: Envelope): Failure {
  const failure = toFailure(error);
  if (failure.code !== 'Disconnected') return failure;
  const message = `The connection to the studio host was lost before ${to} answered.`;
  return { ...failure, message, tip: 'Whether the message was accepted is not known.' };
}

/** True where the message has not left this window: it is not kept for later, when nobody expects it any more. */
function settledUnsent(id: number, { to }: Envelope): boolean {
  if (useConnection.getState().status !== 'lost') return false;
  const message = `The message to ${to} was not sent. ${HOST_AWAY}`;
  const failure = { code: NOT_SENT, message, tip: 'Send it again once the host is there.' };
  settle(id, { kind: 'failed', failure });
  useInjector.setState({ shownReply: id });
  return true;
}

export async function sendMessage(envelope: Envelope): Promise<void> {
  const id = addWaiting(envelope);
  if (settledUnsent(id, envelope)) return;
  try {
    const { accepted, messageId } = await studio.inject.send.mutate(inputOf(envelope));
    settle(id, { kind: 'sent', accepted, messageId });
  } catch (error) {
    settle(id, { kind: 'failed', failure: failureOf(error, envelope) });
    useInjector.setState({ shownReply: id });
  }
}

export async function requestReply(envelope: Envelope, timeoutMs: number): Promise<void> {
  const id = addWaiting(envelope);
  if (settledUnsent(id, envelope)) return;
  useInjector.setState({ shownReply: id });
  try {
    const reply = await studio.inject.request.mutate({ ...inputOf(envelope), timeoutMs });
    settle(id, { kind: 'reply', reply });
  } catch (error) {
    settle(id, { kind: 'failed', failure: failureOf(error, envelope) });
  }
}

/** The host goes on waiting; whatever comes is not shown. */
export function ignoreReply(id: number): void {
  settle(id, { kind: 'ignored' });
}

export async function startBurst(envelope: Envelope, count: number, rateHz: number | undefined): Promise<void> {
  if (useConnection.getState().status === 'lost') {
    const tip = 'Start it again once the host is there.';
    showFailure(`The burst to ${envelope.to} was not started`, {
      code: NOT_SENT,
      message: HOST_AWAY,
      tip,
      problems: [],
    });
    return;
  }
  try {
    const rate = rateHz === undefined ? {} : { rateHz };
    await studio.inject.burst.mutate({ ...inputOf(envelope), count, ...rate });
  } catch (error) {
    showFailure(`The burst to ${envelope.to} was not started`, toFailure(error));
  }
}

export async function cancelBurst(burstId: string): Promise<void> {
  try {
    await studio.inject.cancelBurst.mutate({ projectId: openProjectId(), burstId });
  } catch (error) {
    showFailure('The burst was not cancelled', toFailure(error));
  }
}
