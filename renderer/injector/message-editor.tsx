import { useId, useMemo, type ReactElement } from 'react';

import type { Problem as JsonProblem } from '../../app/base/studio-error.ts';
import { formProblems } from '../../app/model/message-form/form-json.ts';
import { shortMessage } from '../../app/model/message-form/short-message.ts';
import { IconButton } from '../ui/button.tsx';
import { Segmented } from '../ui/segmented.tsx';
import { StateGlyph } from '../ui/state-glyph.tsx';
import { X } from 'lucide-react';
import { checkDraft, type Draft, toFormMode, toJsonMode } from './draft.ts';
import { FormProblems } from './form/form-context.ts';
import { StructFields } from './form/field-control.tsx';
import styles from './injector.module.css';

interface MessageEditorProps {
  readonly draft: Draft;
  readonly setDraft: (draft: Draft) => void;
}

const modes = [
  { value: 'form', label: 'Form' },
  { value: 'json', label: 'JSON' },
] as const;

/** The message, as fields or as JSON; both show the same. */
export function MessageEditor({ draft, setDraft }: MessageEditorProps): ReactElement {
  const choose = (mode: Draft['mode']): void => {
    if (mode !== draft.mode) setDraft(mode === 'json' ? toJsonMode(draft) : (toFormMode(draft) ?? draft));
  };
  return (
    <section className={styles['message']} aria-label={`Fields of ${draft.struct.name}`}>
      <div className={styles['modeRow']}>
        <span className={styles['doc']} title={draft.struct.doc}>
          {draft.struct.doc ?? ''}
        </span>
        <Segmented label="Show the message as" options={modes} value={draft.mode} onChange={choose} />
      </div>
      {draft.mode === 'form' ? (
        <FormMode draft={draft} setDraft={setDraft} />
      ) : (
        <JsonMode draft={draft} setDraft={setDraft} />
      )}
      <Leftovers draft={draft} setDraft={setDraft} />
    </section>
  );
}

function FormMode({ draft, setDraft }: MessageEditorProps): ReactElement {
  const { struct, form } = draft;
  const problems = useMemo(() => formProblems(struct, form.value), [struct, form.value]);
  if (struct.fields.length === 0) return <p className={styles['note']}>This message has no fields.</p>;
  return (
    <FormProblems value={problems}>
      <StructFields
        type={struct}
        value={form.value}
        path=""
        onChange={(value) => setDraft({ ...draft, form: { ...form, value } })}
      />
    </FormProblems>
  );
}

function JsonMode({ draft, setDraft }: MessageEditorProps): ReactElement {
  const id = useId();
  const checked = useMemo(() => checkDraft(draft), [draft]);
  const problems = checked.kind === 'problems' ? checked.problems : [];
  return (
    <div className={styles['json']}>
      <textarea
        aria-label="Message as JSON"
        aria-invalid={problems.length > 0}
        aria-describedby={id}
        spellCheck={false}
        value={draft.jsonText}
        onChange={({ target }) => setDraft({ ...draft, jsonText: target.value })}
      />
      <ul id={id} className={styles['problems']}>
        {problems.map((problem, index) => (
          <li key={index}>
            <StateGlyph state="faulted" />
            <span>{placeAndWords(problem)}</span>
          </li>
        ))}
      </ul>
      {toFormMode(draft) === undefined && (
        <p className={styles['note']}>
          The form opens again as soon as this is JSON.{' '}
          <button type="button" className={styles['textButton']} onClick={() => setDraft({ ...draft, mode: 'form' })}>
            Go back to the form as it was
          </button>
        </p>
      )}
    </div>
  );
}

function placeAndWords({ path, message, tip, location }: JsonProblem): string {
  const line = location === undefined ? '' : `Line ${location.line}: `;
  const field = path === undefined || path === '' ? '' : `${path}: `;
  return `${line}${field}${message}${tip === undefined ? '' : ` ${tip}`}`;
}

/** What was typed for fields that the struct no longer has. */
function Leftovers({ draft, setDraft }: MessageEditorProps): ReactElement {
  const { leftovers } = draft.form;
  if (leftovers.length === 0) return <></>;
  const drop = (path: string): void =>
    setDraft({
      ...draft,
      form: { ...draft.form, leftovers: leftovers.filter((leftover) => leftover.path !== path) },
    });
  return (
    <div className={styles['leftovers']} role="note">
      <p>
        <StateGlyph state="warning" /> {draft.struct.name} has no place for these, so they are not sent:
      </p>
      <ul>
        {leftovers.map(({ path, json }) => (
          <li key={path}>
            <code>{path === '' ? draft.struct.name : path}</code>
            <span>{shortMessage(json)}</span>
            <IconButton label={`Forget ${path}`} icon={<X size={12} />} onClick={() => drop(path)} />
          </li>
        ))}
      </ul>
    </div>
  );
}
