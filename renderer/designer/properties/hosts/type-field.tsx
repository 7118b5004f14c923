import type { ReactElement } from 'react';

import type { StructType } from '../../../../app/model/message-type.ts';
import type { SourceHost } from '../../../../app/model/topology/host-message.ts';
import { Field, SelectBox } from '../../../ui/field.tsx';
import { shortTypeName } from '../../../ui/format.ts';
import { changeHostActor } from '../../host-edits.ts';

interface TypeFieldProps {
  readonly host: SourceHost;
  /** Those that all of its receivers take. */
  readonly types: readonly StructType[];
  /** What it sends as things stand. */
  readonly message: StructType | undefined;
  readonly isOff: boolean;
}

/** Which message it sends; nothing needs to be chosen where its receivers handle one type only. */
export function TypeField({ host, types, message, isOff }: TypeFieldProps): ReactElement {
  const names = types.map(({ name }) => name);
  const chosen = host.type === undefined ? '' : (message?.name ?? host.type);
  const note =
    types.length === 0
      ? 'Connect it: its receivers say which types there are.'
      : host.type === undefined && message !== undefined
        ? `${shortTypeName(message.name)}: its receivers take nothing else.`
        : undefined;
  return (
    <Field label="Type" note={note}>
      {(ids) => (
        <SelectBox
          {...ids}
          disabled={isOff}
          value={chosen}
          onChange={({ target: { value } }) =>
            changeHostActor(host.id, 'the type', { type: value === '' ? undefined : value })
          }
        >
          <option value="">{names.length > 1 ? 'Choose a type' : 'of its receivers'}</option>
          {chosen !== '' && !names.includes(chosen) && <option value={chosen}>{shortTypeName(chosen)}</option>}
          {names.map((name) => (
            <option key={name} value={name}>
              {shortTypeName(name)}
            </option>
          ))}
        </SelectBox>
      )}
    </Field>
  );
}
