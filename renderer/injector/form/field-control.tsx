import type { ReactElement } from 'react';

import { fieldPath } from '../../../app/model/codec/json-place.ts';
import { valueToJson } from '../../../app/model/message-form/form-json.ts';
import { type FormStruct, initialValue } from '../../../app/model/message-form/form-value.ts';
import type { Field, StructType } from '../../../app/model/message-type.ts';
import { Fold } from '../../ui/fold.tsx';
import { FieldHead } from './field-head.tsx';
import { FieldRow, ResetButton } from './field-row.tsx';
import type { FieldProps } from './form-context.ts';
import styles from './form.module.css';
import { ItemsField } from './items-field.tsx';
import { LeafControl } from './leaf-control.tsx';
import { TextField } from './text-field.tsx';

/** A field of any type, with its label. */
export function FieldControl({ type, value, ...props }: FieldProps): ReactElement {
  if (value.kind === 'struct' && type.kind === 'struct') {
    return (
      <Fold
        className={styles['group']!}
        title={<FieldHead name={props.name} type={type} doc={props.doc ?? type.struct.doc} />}
        end={props.onReset && <ResetButton name={props.name} onReset={props.onReset} />}
      >
        <StructFields type={type.struct} value={value} path={props.path} onChange={props.onChange} />
      </Fold>
    );
  }
  if (value.kind === 'items' && (type.kind === 'array' || type.kind === 'list')) {
    return <ItemsField type={type} value={value} ElementControl={FieldControl} {...props} />;
  }
  if (value.kind === 'text' && (type.kind === 'text' || type.kind === 'array')) {
    return <TextField type={type} value={value} {...props} />;
  }
  if (type.kind !== 'scalar' && type.kind !== 'enum' && type.kind !== 'buffer') return <></>;
  return (
    <FieldRow type={type} {...props}>
      {(ids) => <LeafControl type={type} value={value} onChange={props.onChange} {...ids} />}
    </FieldRow>
  );
}

interface StructFieldsProps {
  readonly type: StructType;
  readonly value: FormStruct;
  readonly path: string;
  readonly onChange: (value: FormStruct) => void;
}

export function StructFields({ type, value, path, onChange }: StructFieldsProps): ReactElement {
  return (
    <>
      {type.fields.map((field, index) => {
        const current = value.fields[index]!;
        const set = (changed: typeof current.value): void =>
          onChange({ kind: 'struct', fields: value.fields.with(index, { name: field.name, value: changed }) });
        return (
          <FieldControl
            key={field.name}
            type={field.type}
            value={current.value}
            path={fieldPath(path, field.name)}
            name={field.name}
            doc={field.doc}
            default={field.default}
            onChange={set}
            onReset={isChanged(field, current.value) ? () => set(initialValue(field)) : undefined}
          />
        );
      })}
    </>
  );
}

/** Only a field with an initializer has something to be reset to. */
function isChanged(field: Field, value: FieldProps['value']): boolean {
  if (field.default === undefined && field.type.kind !== 'struct') return false;
  const initial = valueToJson(field.type, initialValue(field));
  return JSON.stringify(valueToJson(field.type, value)) !== JSON.stringify(initial);
}
