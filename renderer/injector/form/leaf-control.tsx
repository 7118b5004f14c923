import type { ReactElement } from 'react';

import type { FormValue } from '../../../app/model/message-form/form-value.ts';
import type { EnumType, FieldType } from '../../../app/model/message-type.ts';
import { SelectBox, TextBox } from '../../ui/field.tsx';
import { Switch } from '../../ui/switch.tsx';
import styles from './form.module.css';

interface LeafProps {
  readonly type: FieldType & { readonly kind: 'scalar' | 'enum' | 'buffer' };
  readonly value: FormValue;
  readonly onChange: (value: FormValue) => void;
  readonly [attribute: `aria-${string}`]: string | true | undefined;
  readonly id?: string;
}

/** The control of a number, a character, a switch, an enum or a buffer (as JSON), without its label. */
export function LeafControl({ type, value, onChange, ...rest }: LeafProps): ReactElement {
  if (value.kind === 'bool') {
    return (
      <Switch
        isOn={value.isOn}
        words={value.isOn ? 'true' : 'false'}
        onChange={(isOn) => onChange({ kind: 'bool', isOn })}
        {...rest}
      />
    );
  }
  if (type.kind === 'enum' && value.kind === 'enum') {
    return <EnumControl type={type.enum} text={value.text} onChange={onChange} attributes={rest} />;
  }
  if (value.kind === 'buffer') {
    const set = (text: string): void => onChange({ kind: 'buffer', text });
    return <TextBox value={value.text} onChange={({ target }) => set(target.value)} {...rest} />;
  }
  const text = value.kind === 'scalar' ? value.text : '';
  return (
    <TextBox
      className={styles['number']}
      value={text}
      onChange={({ target }) => onChange({ kind: 'scalar', text: target.value })}
      {...rest}
    />
  );
}

interface EnumControlProps {
  readonly type: EnumType;
  readonly text: string;
  readonly onChange: (value: FormValue) => void;
  readonly attributes: object;
}

const OTHER = '\u0000other';

/** A select of the enumerators; a number that none of them has gets a box of its own. */
function EnumControl({ type, text, onChange, attributes }: EnumControlProps): ReactElement {
  const isNamed = type.values.some(({ name }) => name === text);
  const set = (chosen: string): void =>
    onChange({ kind: 'enum', text: chosen === OTHER ? (numberOf(type, text) ?? '0') : chosen });
  const named = type.values.find(({ name }) => name === text);
  return (
    <span className={styles['enum']}>
      <SelectBox
        value={isNamed ? text : OTHER}
        onChange={({ target }) => set(target.value)}
        title={named?.doc ?? type.doc}
        {...attributes}
      >
        {type.values.map(({ name, value, doc }) => (
          <option key={name} value={name} title={doc}>
            {doc === undefined ? `${name} = ${value}` : `${name} = ${value}: ${doc}`}
          </option>
        ))}
        <option value={OTHER}>Another value</option>
      </SelectBox>
      {!isNamed && (
        <TextBox
          aria-label="Number of the enumerator"
          value={text}
          onChange={({ target }) => onChange({ kind: 'enum', text: target.value })}
        />
      )}
    </span>
  );
}

function numberOf(type: EnumType, text: string): string | undefined {
  return type.values.find(({ name }) => name === text)?.value;
}
