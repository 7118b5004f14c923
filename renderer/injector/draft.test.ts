import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { formToJson } from '../../app/model/message-form/form-json.ts';
import { formFromJson } from '../../app/model/message-form/form-value.ts';
import { layoutStruct } from '../../app/model/layout.ts';
import { arbitraryMessage, arbitraryStruct } from '../../app/testing/arbitrary-messages.ts';
import { scalar, text } from '../../app/testing/field-types.ts';
import { checkDraft, draftFor, newDraft, toFormMode, toJsonMode, withMessage } from './draft.ts';

const reading = layoutStruct({
  name: 'Reading',
  fields: [
    { name: 'sensor', type: scalar('u32') },
    { name: 'value', type: scalar('f32'), default: 20 },
    { name: 'note', type: text(8) },
  ],
});

describe('a message draft', () => {
  it('is the same message in both modes', () => {
    const pair = arbitraryStruct().chain((type) => arbitraryMessage(type).map((message) => [type, message] as const));
    fc.assert(
      fc.property(pair, ([type, message]) => {
        const json = formToJson(type, formFromJson(type, message).value);
        const draft = withMessage(newDraft(type), json);
        const back = toFormMode(toJsonMode(draft));
        expect(plain(back && checkDraft(back))).toEqual(plain(checkDraft(draft)));
        expect(plain(checkDraft(toJsonMode(draft)))).toEqual(plain(checkDraft(draft)));
      }),
    );
  });

  it('keeps wrong values on the way to JSON and back', () => {
    const draft = withMessage(newDraft(reading), { sensor: '12x', value: 'warm' });
    const back = toFormMode(toJsonMode(draft));
    expect(back?.form).toEqual(draft.form);
  });

  it('stays in JSON while the text is broken, and says where', () => {
    const draft = { ...toJsonMode(newDraft(reading)), jsonText: '{\n  "sensor": 1,\n  value\n}' };
    expect(toFormMode(draft)).toBeUndefined();
    const checked = checkDraft(draft);
    expect(checked.kind === 'problems' && checked.problems[0]?.location?.line).toBe(3);
  });

  it('names path and line of a value that does not fit', () => {
    const draft = { ...toJsonMode(newDraft(reading)), jsonText: '{\n  "sensor": -4,\n  "note": ""\n}' };
    const checked = checkDraft(draft);
    expect(checked.kind === 'problems' && checked.problems.map(({ path, location }) => [path, location?.line])).toEqual(
      [['sensor', 2]],
    );
  });

  it('fills in defaults that the JSON leaves out', () => {
    const draft = { ...toJsonMode(newDraft(reading)), jsonText: '{"sensor": 4, "note": "x"}' };
    expect(checkDraft(draft)).toEqual({ kind: 'message', message: { sensor: 4, value: 20, note: 'x' } });
  });

  it('keeps its object while the struct is the same', () => {
    const draft = newDraft(reading);
    expect(draftFor(reading, draft)).toBe(draft);
    expect(draftFor(structuredClone(reading), draft).form).toBe(draft.form);
  });
});

/** JSON has no -0. */
function plain(value: unknown): unknown {
  return value === undefined ? undefined : JSON.parse(JSON.stringify(value));
}
