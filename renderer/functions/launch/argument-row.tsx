import { useId, type ReactElement } from 'react';

import { sizeOf } from '../../../app/model/layout.ts';
import type { FieldType } from '../../../app/model/message-type.ts';
import type { FunctionParameter } from '../../../app/model/program.ts';
import { SelectBox, TextBox } from '../../ui/field.tsx';
import { formatBytes } from '../../ui/format.ts';
import { Switch } from '../../ui/switch.tsx';
import { type ArgumentDraft, type ArgumentField, choicesOf, type Contents } from './argument-text.ts';
import { argumentOf, type LaunchDraft } from './launch-draft.ts';
import { changeArgument, type Launchable } from './launch-form.store.ts';
import styles from './launch.module.css';

interface ArgumentRowProps {
  readonly shown: Launchable;
  readonly draft: LaunchDraft;
  readonly index: number;
  readonly problem: string | undefined;
}

/** What every control of a row gets. */
interface ControlProps {
  readonly parameter: FunctionParameter;
  readonly argument: ArgumentDraft;
  readonly set: (change: Partial<ArgumentDraft>) => void;
  /** Of the control that the label names. */
  readonly id: string;
  readonly marks: { readonly 'aria-invalid'?: true; readonly 'aria-describedby'?: string };
}

/** One parameter: its number, name and C++ type, and what it is given. */
export function ArgumentRow({ shown, draft, index, problem }: ArgumentRowProps): ReactElement {
  const id = useId();
  const parameter = shown.info.parameters[index]!;
  const { name, cppType, type } = parameter;
  const marks = problem === undefined ? {} : { 'aria-invalid': true as const, 'aria-describedby': `${id}-problem` };
  const props: ControlProps = {
    ...{ parameter, id, marks },
    argument: argumentOf(draft, parameter),
    set: (change) => changeArgument(shown, parameter, change),
  };
  return (
    <div className={styles['row']}>
      <label htmlFor={id} title={`${cppType} ${name}`}>
        <span className={styles['number']}>{index + 1}</span>
        <span className={styles['name']}>{name}</span> <code>{cppType}</code>
      </label>
      <div className={styles['controls']}>
        {type.kind === 'value' ? (
          <ValueControl {...props} type={type.type} />
        ) : (
          <PointerControls {...props} element={type.element} index={index} all={shown.info.parameters} />
        )}
      </div>
      {problem !== undefined && (
        <p id={`${id}-problem`} className={styles['problem']}>
          {problem}
        </p>
      )}
    </div>
  );
}

function ValueControl({ type, argument, set, id, marks }: ControlProps & { readonly type: FieldType }): ReactElement {
  const { value } = argument;
  if (type.kind === 'scalar' && type.scalar === 'bool') {
    const isOn = value === 'true';
    return (
      <Switch
        id={id}
        {...marks}
        isOn={isOn}
        words={value === '' ? 'not set' : String(isOn)}
        onChange={(isTrue) => set({ value: String(isTrue) })}
      />
    );
  }
  if (type.kind === 'enum') {
    return (
      <SelectBox id={id} {...marks} value={value} onChange={({ target }) => set({ value: target.value })}>
        {type.enum.values.map(({ name, value: number }) => (
          <option key={name} value={name}>
            {name} = {number}
          </option>
        ))}
      </SelectBox>
    );
  }
  if (type.kind === 'scalar')
    return <TextBox id={id} {...marks} value={value} onChange={({ target }) => set({ value: target.value })} />;
  return (
    <textarea
      id={id}
      {...marks}
      rows={1}
      spellCheck={false}
      placeholder={jsonHint(type)}
      value={value}
      onChange={({ target }) => set({ value: target.value })}
    />
  );
}

/** `{"x": …, "y": …}` */
function jsonHint(type: FieldType): string {
  if (type.kind !== 'struct') return 'JSON';
  return `{${type.struct.fields.map(({ name }) => `"${name}": …`).join(', ')}}`;
}

const words: Readonly<Record<Contents, string>> = {
  zeros: 'zeros',
  ones: 'ones',
  iota: '0, 1, 2, …',
  random: 'random',
  values: 'values',
  file: 'a file',
  same: 'same buffer as',
  null: 'null pointer',
};

interface PointerProps extends ControlProps {
  readonly element: FieldType | undefined;
  readonly index: number;
  readonly all: readonly FunctionParameter[];
}

function PointerControls(props: PointerProps): ReactElement {
  const { element, argument, set, id, parameter, index, all } = props;
  const before = all.slice(0, index).filter(({ type }) => type.kind === 'pointer');
  const choices = choicesOf(element).filter((choice) => choice !== 'same' || before.length > 0);
  const hasCount = ['zeros', 'ones', 'iota', 'random'].includes(argument.contents);
  return (
    <>
      {hasCount && <Typed {...props} field="count" label="elements" title={sizeWords(argument.count, element)} />}
      <SelectBox
        id={id}
        className={styles['contents']}
        value={argument.contents}
        onChange={({ target }) => set({ contents: target.value as Contents, ...firstSame(argument, before, all) })}
      >
        {choices.map((choice) => (
          <option key={choice} value={choice}>
            {words[choice]}
          </option>
        ))}
      </SelectBox>
      {element === undefined && !['same', 'null'].includes(argument.contents) && (
        <Typed {...props} field="element" label="element type" placeholder="float" />
      )}
      {argument.contents === 'random' && <Typed {...props} field="seed" label="seed" placeholder="seed: 0" />}
      {argument.contents === 'file' && <Typed {...props} field="path" label="file" placeholder="data.npy" />}
      {argument.contents === 'values' && <ValuesBox {...props} />}
      {argument.contents === 'same' && (
        <SelectBox
          aria-label={`${parameter.name}: whose buffer`}
          {...props.marks}
          value={argument.same}
          onChange={({ target }) => set({ same: target.value })}
        >
          {before.map((other) => (
            <option key={other.name} value={all.indexOf(other) + 1}>
              {all.indexOf(other) + 1} {other.name}
            </option>
          ))}
        </SelectBox>
      )}
    </>
  );
}

function firstSame(
  { same }: ArgumentDraft,
  before: readonly FunctionParameter[],
  all: readonly FunctionParameter[],
): Partial<ArgumentDraft> {
  const first = before[0];
  return same === '' && first !== undefined ? { same: String(all.indexOf(first) + 1) } : {};
}

interface TypedProps extends ControlProps {
  readonly field: ArgumentField;
  readonly label: string;
  readonly title?: string | undefined;
  readonly placeholder?: string;
}

function Typed({ parameter, argument, set, marks, field, label, title, placeholder }: TypedProps): ReactElement {
  return (
    <span className={styles[field] ?? styles['detail']}>
      <TextBox
        aria-label={`${parameter.name}: ${label}`}
        {...marks}
        title={title}
        placeholder={placeholder}
        value={argument[field]}
        onChange={({ target }) => set({ [field]: target.value })}
      />
    </span>
  );
}

function ValuesBox({ parameter, argument, set, marks }: ControlProps): ReactElement {
  return (
    <textarea
      aria-label={`${parameter.name}: values`}
      {...marks}
      rows={1}
      spellCheck={false}
      placeholder="[1, 2, 3]"
      value={argument.values}
      onChange={({ target }) => set({ values: target.value })}
    />
  );
}

function sizeWords(count: string, element: FieldType | undefined): string | undefined {
  const elements = Number(count.replaceAll(',', ''));
  if (element === undefined || !(elements > 0)) return 'Number of elements';
  return `Number of elements: ${formatBytes(elements * sizeOf(element))}`;
}
