import { studio } from '../bridge/client.ts';
import { toFailure } from '../bridge/failure.ts';
import { openProjectId } from '../stores/project-session.ts';
import { showFailure } from '../stores/toasts.store.ts';
import type { JsonMessage } from './draft.ts';
import { addSent, settle, useInjector } from './injector.store.ts';

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

export async function sendMessage(envelope: Envelope): Promise<void> {
  const id = addSent({ ...envelope, atMs: Date.now(), outcome: { kind: 'waiting' } });
  try {
    await studio.inject.send.mutate(inputOf(envelope));
    settle(id, { kind: 'sent' });
  } catch (error) {
    settle(id, { kind: 'failed', failure: toFailure(error) });
    useInjector.setState({ shownReply: id });
  }
}

export async function requestReply(envelope: Envelope, timeoutMs: number): Promise<void> {
  const id = addSent({ ...envelope, atMs: Date.now(), outcome: { kind: 'waiting' } });
  useInjector.setState({ shownReply: id });
  try {
    const reply = await studio.inject.request.mutate({ ...inputOf(envelope), timeoutMs });
    settle(id, { kind: 'reply', reply });
  } catch (error) {
    settle(id, { kind: 'failed', failure: toFailure(error) });
  }
}

/** The host goes on waiting; whatever comes is not shown. */
export function ignoreReply(id: number): void {
  settle(id, { kind: 'ignored' });
}

export async function startBurst(envelope: Envelope, count: number, rateHz: number | undefined): Promise<void> {
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
