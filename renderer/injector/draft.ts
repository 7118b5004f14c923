import type { Problem } from '../../app/base/studio-error.ts';
import { encodeJsonArrays } from '../../app/model/codec/json-encode.ts';
import { locateProblems, parseJson } from '../../app/model/json-text.ts';
import { adoptForm } from '../../app/model/message-form/adopt-form.ts';
import { formProblems, formToJson } from '../../app/model/message-form/form-json.ts';
import { formFromJson, type FormState, initialForm } from '../../app/model/message-form/form-value.ts';
import type { Json, StructType } from '../../app/model/message-type.ts';

/** A message in the making. */
export interface Draft {
  readonly struct: StructType;
  readonly form: FormState;
  /** Which of the two is being edited; the other is made from it on switching. */
  readonly mode: 'form' | 'json';
  readonly jsonText: string;
}

export type JsonMessage = Readonly<Record<string, Json>>;

export function newDraft(struct: StructType): Draft {
  return { struct, form: initialForm(struct), mode: 'form', jsonText: '' };
}

/** The draft for the struct as it is now: fields are kept by name. */
export function draftFor(struct: StructType, draft: Draft | undefined): Draft {
  if (draft === undefined) return newDraft(struct);
  if (draft.struct === struct) return draft;
  if (JSON.stringify(draft.struct) === JSON.stringify(struct)) return { ...draft, struct };
  return { ...draft, struct, form: adoptForm(draft.struct, struct, draft.form) };
}

export function toJsonMode(draft: Draft): Draft {
  return { ...draft, mode: 'json', jsonText: JSON.stringify(formToJson(draft.struct, draft.form.value), undefined, 2) };
}

/** Undefined while the text is not JSON: then nothing could be shown in the form without loss. */
export function toFormMode(draft: Draft): Draft | undefined {
  const parsed = parseJson({ text: draft.jsonText, file: 'message' });
  if ('problem' in parsed) return undefined;
  const { value, leftovers } = formFromJson(draft.struct, parsed.value);
  const older = draft.form.leftovers.filter(({ path }) => !leftovers.some((leftover) => leftover.path === path));
  return { ...draft, mode: 'form', form: { value, leftovers: [...older, ...leftovers] } };
}

/** Shows a message in the mode that is open. */
export function withMessage(draft: Draft, message: JsonMessage): Draft {
  const filled = { ...draft, form: formFromJson(draft.struct, message) };
  return draft.mode === 'json' ? toJsonMode(filled) : filled;
}

export type Checked =
  | { readonly kind: 'message'; readonly message: JsonMessage }
  | { readonly kind: 'problems'; readonly problems: readonly Problem[] };

/** The message as it would be sent, or what is wrong with it. */
export function checkDraft(draft: Draft): Checked {
  if (draft.mode === 'json') return checkText(draft);
  const problems = formProblems(draft.struct, draft.form.value);
  if (problems.size === 0) return { kind: 'message', message: formToJson(draft.struct, draft.form.value) };
  return {
    kind: 'problems',
    problems: Array.from(problems, ([path, message]) => ({ severity: 'error', code: 'wrong-value', path, message })),
  };
}

function checkText({ struct, jsonText }: Draft): Checked {
  const source = { text: jsonText, file: 'message' };
  const parsed = parseJson(source);
  if ('problem' in parsed) return { kind: 'problems', problems: [parsed.problem] };
  const problems = encodeJsonArrays(struct, parsed.value, { bytes: new Uint8Array(struct.sizeBytes), inline: [] });
  if (problems.length > 0) return { kind: 'problems', problems: locateProblems(problems, source) };
  return { kind: 'message', message: formToJson(struct, formFromJson(struct, parsed.value).value) };
}
