import { useMemo, useState, type ReactElement } from 'react';

import type { DeadLetterRow, ReplayResult } from '../../../app/contract/dead-letters.ts';
import type { StructType } from '../../../app/model/message-type.ts';
import { useProject } from '../../stores/project.store.ts';
import { useTopology } from '../../stores/topology.store.ts';
import { actorOfLabel } from '../../ui/actor-label.ts';
import { Button } from '../../ui/button.tsx';
import { Field, SelectBox } from '../../ui/field.tsx';
import { StateGlyph } from '../../ui/state-glyph.tsx';
import { checkDraft, type Draft, draftFor, type JsonMessage, newDraft, withMessage } from '../draft.ts';
import { MessageEditor } from '../message-editor.tsx';
import { canSend } from '../send-settings.ts';
import { type Target, targetsOf } from '../targets.ts';
import styles from './dead-letters.module.css';
import { replayLetters } from './letter-actions.ts';
import { endEditing, letterKey, useLetters, writeLetterDraft } from './letters.store.ts';

/** The message of a dead letter as a form, to be sent instead. The receiver's type checks it once more. */
export function LetterEditor({ row }: { readonly row: DeadLetterRow }): ReactElement {
  const targets = useTakers(row);
  const [to, setTo] = useState(actorOfLabel(row.to));
  const [failed, setFailed] = useState<ReplayResult['failed'][number]>();
  const [isSending, setIsSending] = useState(false);
  const struct = (targets.find(({ id }) => id === to) ?? targets[0])?.types.find(({ name }) => name === row.type);
  const [draft, setDraft] = useLetterDraft(row, struct);
  const blocked = useProject(({ run }) => canSend(run.phase));
  if (draft === undefined) return <NoForm row={row} />;
  const checked = checkDraft(draft);
  const send = async (): Promise<void> => {
    if (checked.kind === 'problems' || isSending) return;
    setIsSending(true);
    const where = to === actorOfLabel(row.to) ? {} : { to };
    const result = await replayLetters({ selection: { seqs: [row.seq] }, edit: checked.message, ...where });
    setIsSending(false);
    setFailed(result?.failed[0]);
    if (result !== undefined && result.failed.length === 0) endEditing(row.seq);
  };
  return (
    <section
      aria-label={`Edit dead letter ${row.seq}`}
      onKeyDown={(event) => {
        if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey) || blocked !== undefined) return;
        event.preventDefault();
        event.stopPropagation();
        void send();
      }}
    >
      <Field label="To">
        {(ids) => (
          <SelectBox {...ids} value={to} onChange={({ target }) => setTo(target.value)}>
            {targets.map(({ id }) => (
              <option key={id} value={id}>
                {id}
              </option>
            ))}
          </SelectBox>
        )}
      </Field>
      <MessageEditor draft={draft} setDraft={setDraft} />
      {failed !== undefined && <Refusal failed={failed} />}
      <div className={styles['actions']}>
        <Button
          look="primary"
          disabled={blocked !== undefined || checked.kind === 'problems' || isSending}
          onClick={() => void send()}
        >
          Send edited message
        </Button>
        <Button look="quiet" onClick={() => endEditing(row.seq)}>
          Discard edit
        </Button>
      </div>
      {blocked !== undefined && <p className={styles['note']}>{blocked} What you typed stays.</p>}
    </section>
  );
}

/** The actors that handle its type; first the one that it was for. */
function useTakers({ to, type }: DeadLetterRow): readonly Target[] {
  const topology = useTopology((state) => state.topology);
  const programs = useProject((state) => state.programs);
  return useMemo(() => {
    const takers = targetsOf(topology, programs).filter(({ types }) => types.some(({ name }) => name === type));
    return takers.toSorted((a, b) => Number(b.id === actorOfLabel(to)) - Number(a.id === actorOfLabel(to)));
  }, [topology, programs, to, type]);
}

function useLetterDraft(
  { seq, message }: DeadLetterRow,
  struct: StructType | undefined,
): readonly [Draft | undefined, (draft: Draft) => void] {
  const kept = useLetters(({ drafts }) => drafts[letterKey(seq)]);
  const draft = useMemo(() => {
    if (struct === undefined) return undefined;
    if (kept !== undefined) return draftFor(struct, kept);
    return message === undefined ? newDraft(struct) : withMessage(newDraft(struct), message as JsonMessage);
  }, [kept, struct, message]);
  return [draft, (changed) => writeLetterDraft(seq, changed)];
}

function NoForm({ row: { seq, type, to } }: { readonly row: DeadLetterRow }): ReactElement {
  return (
    <>
      <p className={styles['note']}>
        {type === null
          ? 'Its type is unknown, so there is no form for it.'
          : `No actor of the topology handles ${type} as far as the sources have compiled, so ${to} has no form for it.`}
      </p>
      <div className={styles['actions']}>
        <Button onClick={() => endEditing(seq)}>Back</Button>
      </div>
    </>
  );
}

function Refusal({
  failed: { message, tip, problems },
}: {
  readonly failed: ReplayResult['failed'][number];
}): ReactElement {
  const lines = problems.map((problem) => `${problem.path ?? ''} ${problem.message} ${problem.tip ?? ''}`.trim());
  return (
    <ul className={styles['refusal']} role="alert">
      {(lines.length > 0 ? lines : [`${message} ${tip ?? ''}`.trim()]).map((line) => (
        <li key={line}>
          <StateGlyph state="faulted" />
          <span>{line}</span>
        </li>
      ))}
    </ul>
  );
}
