import { create } from 'zustand';

import type { StructType } from '../../app/model/message-type.ts';
import type { Acceptance, RequestResult } from '../../app/contract/run.ts';
import type { Failure } from '../bridge/failure.ts';
import { type Draft, draftFor, type JsonMessage } from './draft.ts';

/** A message that was sent from here. */
export interface SentMessage {
  readonly id: number;
  readonly atMs: number;
  /** `mean`, or `mean#2`. */
  readonly to: string;
  readonly source: string;
  readonly type: string;
  readonly message: JsonMessage;
  /** `RunState.key` of the run that this window knew when it was sent. */
  readonly run?: string | undefined;
  readonly outcome: Outcome;
}

export type Outcome =
  | { readonly kind: 'sent'; readonly accepted?: Acceptance; readonly messageId?: string }
  /** It was sent, and no actor has handled it to its end. */
  | { readonly kind: 'dead-letter' }
  | { readonly kind: 'waiting' }
  /** The person did not want to wait any longer, or the window was closed. */
  | { readonly kind: 'ignored' }
  | { readonly kind: 'reply'; readonly reply: RequestResult }
  /** The host died: `accepted` is whether it had said that it had the message. */
  | { readonly kind: 'unknown'; readonly wasAccepted: boolean }
  | { readonly kind: 'failed'; readonly failure: Omit<Failure, 'problems'> };

export interface InjectorState {
  /** Whose state this is; empty while no project is open. */
  readonly projectId: string;
  /** Chosen by hand: does not follow the selection. */
  readonly pinned: string | undefined;
  /** The target shown last. */
  readonly last: string | undefined;
  /** By actor id; absent: any. */
  readonly instances: Readonly<Record<string, string>>;
  /** Name of the type chosen last, by `source:kernel`. */
  readonly types: Readonly<Record<string, string>>;
  readonly drafts: Readonly<Record<string, Draft>>;
  readonly timeoutMs: string;
  readonly repeat: string;
  readonly rate: string;
  /** Latest last. */
  readonly sent: readonly SentMessage[];
  /** The answer that is shown: of the latest request, unless another one is opened. */
  readonly shownReply: number | undefined;
}

/** Code of the failure of a message that never left the window. */
export const NOT_SENT = 'NotSent';
export const KEPT_SENT = 200;

export const emptyInjector: InjectorState = {
  projectId: '',
  pinned: undefined,
  last: undefined,
  instances: {},
  types: {},
  drafts: {},
  timeoutMs: '5000',
  repeat: '1',
  rate: '',
  sent: [],
  shownReply: undefined,
};

export const useInjector = create<InjectorState>()(() => emptyInjector);

/** What was kept, fitted to the struct as it is now. */
export function readDraft(kept: Draft | undefined, struct: StructType): Draft {
  return draftFor(struct, kept);
}

export function writeDraft(key: string, draft: Draft): void {
  useInjector.setState(({ drafts }) => ({ drafts: { ...drafts, [key]: draft } }));
}

export function addSent(message: Omit<SentMessage, 'id'>): number {
  const { sent } = useInjector.getState();
  const id = (sent.at(-1)?.id ?? 0) + 1;
  useInjector.setState({ sent: [...sent, { ...message, id }].slice(-KEPT_SENT) });
  return id;
}

export function settle(id: number, outcome: Outcome): void {
  useInjector.setState(({ sent }) => ({
    // What is ignored stays ignored, whatever comes afterwards.
    sent: sent.map((entry) =>
      entry.id === id && (entry.outcome.kind === 'waiting' || outcome.kind === 'sent') ? { ...entry, outcome } : entry,
    ),
  }));
}
