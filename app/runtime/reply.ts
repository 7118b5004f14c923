import { StudioError } from '../base/studio-error.ts';
import type { StructType } from '../model/message-type.ts';
import type { PendingRequest, RequestTable } from './request-table.ts';

/** A request that lies in an actor's host ring. */
interface SentRequest extends Pick<PendingRequest, 'actorId' | 'isUrgent' | 'position' | 'deadlineMs'> {
  /** Of its message. */
  readonly number: number;
}

interface Asker<T> {
  readonly read: (slot: number, type: StructType) => T;
  readonly signal: AbortSignal | undefined;
  /** Whom it asked. */
  readonly label: string;
}

/** The reply to a request; what cannot be read, an error and an abort reject it. */
export function expectReply<T>(
  requests: RequestTable,
  { number, actorId, isUrgent, position, deadlineMs }: SentRequest,
  { read, signal, label }: Asker<T>,
): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const abandon = (): void => {
      requests.giveUp(number, new StudioError('Aborted', `the request to '${label}' was aborted.`));
    };
    const answer = (slot: number, type: StructType): void => {
      signal?.removeEventListener('abort', abandon);
      try {
        resolve(read(slot, type));
      } catch (error) {
        reject(error instanceof Error ? error : new Error(String(error)));
      }
    };
    const fail = (error: StudioError): void => {
      signal?.removeEventListener('abort', abandon);
      reject(error);
    };
    requests.add(number, { answer, fail, deadlineMs, actorId, isUrgent, position });
    signal?.addEventListener('abort', abandon, { once: true });
    if (signal?.aborted === true) abandon(); // while it was written: a getter of the message can do that
  });
}
