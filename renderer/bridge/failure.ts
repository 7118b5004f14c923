import { TRPCClientError } from '@trpc/client';

import type { Problem } from '../../app/base/studio-error.ts';
import type { ErrorReport } from '../../app/contract/router.ts';
import { UnsettledConflict } from '../stores/document-sync.ts';

/** Something that could not be done, in words for the person. */
export interface Failure {
  /** `QueueFull`; `Disconnected` when the host cannot be reached; `Unexpected` when it is a defect of the studio. */
  readonly code: string;
  readonly message: string;
  readonly tip?: string | undefined;
  readonly problems: readonly Problem[];
}

export function toFailure(error: unknown): Failure {
  if (error instanceof TRPCClientError) {
    const data = error.data as { readonly studio?: ErrorReport; readonly code?: string } | undefined;
    if (data?.studio !== undefined) return data.studio;
    if (data === undefined) {
      return { code: 'Disconnected', message: 'The studio host cannot be reached.', tip: reconnecting, problems: [] };
    }
    if (data.code === 'BAD_REQUEST') return { code: 'BadRequest', message: firstIssue(error.message), problems: [] };
  }
  const message = error instanceof Error ? error.message : String(error);
  if (error instanceof UnsettledConflict) {
    return { code: 'UnsettledConflict', message, tip: 'Open it, then keep yours or take theirs.', problems: [] };
  }
  return { code: 'Unexpected', message, tip: 'This is a defect of the studio.', problems: [] };
}

const reconnecting = 'The window connects again by itself; nothing you typed is lost.';

/** zod's issues come as JSON. */
function firstIssue(message: string): string {
  try {
    const [issue] = JSON.parse(message) as readonly { readonly message?: string; readonly path?: readonly unknown[] }[];
    return issue?.message === undefined ? message : `${issue.path?.join('.') ?? ''}: ${issue.message}`;
  } catch {
    return message;
  }
}
