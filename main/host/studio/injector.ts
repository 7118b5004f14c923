import { performance } from 'node:perf_hooks';
import { didYouMean } from '../../../app/base/did-you-mean.ts';
import { StudioError } from '../../../app/base/studio-error.ts';
import type { InjectInput, RequestInput } from '../../../app/contract/inputs.ts';
import type { InjectResult, RequestResult } from '../../../app/contract/run.ts';
import type { Actor } from '../../../app/runtime/actor.ts';
import type { RunRecorder } from './journal/run-recorder.ts';

/** How long a message waits for room in its actor's queue before the person is told. */
const SEND_TIMEOUT_MS = 5000;

/** Whose messages they are, and where it is written down that they were accepted. */
export interface Recipients {
  readonly actors: ReadonlyMap<string, Actor>;
  readonly recorder: RunRecorder;
}

export interface Target {
  readonly actor: Actor;
  readonly instance?: number;
}

/** Whom `id` or `id#instance` means. */
export function findTarget(actors: ReadonlyMap<string, Actor>, to: string): Target {
  const [, id = to, digits] = /^(.*?)(?:#(\d+))?$/s.exec(to) ?? [];
  const actor = actors.get(id);
  if (actor === undefined) {
    const ids = [...actors.keys()];
    const hint = didYouMean(id, ids);
    throw new StudioError('UnknownActor', `no actor '${id}' runs.`, {
      tip: hint ?? `Running: ${ids.join(', ')}. An actor that was added runs from the next start on.`,
    });
  }
  return digits === undefined ? { actor } : { actor, instance: Number(digits) };
}

export async function sendMessage(
  { actors, recorder }: Recipients,
  { to, type, message }: InjectInput,
): Promise<InjectResult> {
  const { actor, ...instance } = findTarget(actors, to);
  const messageId = await actor.sendJson(message, { type, ...instance, timeoutMs: SEND_TIMEOUT_MS });
  return { messageId, accepted: { run: recorder.key, number: recorder.note() } };
}

export async function requestReply(
  { actors, recorder }: Recipients,
  { to, type, message, timeoutMs }: RequestInput,
): Promise<RequestResult> {
  const { actor, ...instance } = findTarget(actors, to);
  const startedMs = performance.now();
  const replying = actor.requestJson(message, { type, ...instance, timeoutMs });
  recorder.note(); // where there is room it is accepted by now, however long the reply takes
  const reply = await replying.finally(() => recorder.note());
  return { ...reply, latencyUs: Math.round((performance.now() - startedMs) * 1000) };
}
