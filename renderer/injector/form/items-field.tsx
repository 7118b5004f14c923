import { ArrowDown, ArrowUp, Plus, X } from 'lucide-react';
import { useContext, useState, type ComponentType, type ReactElement } from 'react';

import { cppName } from '../../../app/model/layout-text.ts';
import { type FormValue, initialElement } from '../../../app/model/message-form/form-value.ts';
import type { FieldType } from '../../../app/model/message-type.ts';
import { Button, IconButton } from '../../ui/button.tsx';
import { Fold } from '../../ui/fold.tsx';
import { formatCount } from '../../ui/format.ts';
import { FieldHead } from './field-head.tsx';
import { isLeaf, Problem } from './field-row.tsx';
import { type FieldProps, FormProblems, useProblem } from './form-context.ts';
import styles from './form.module.css';
import { LeafControl } from './leaf-control.tsx';

interface ItemsProps extends FieldProps<'array' | 'list'> {
  readonly value: FormValue & { readonly kind: 'items' };
  /** Shows an element that is more than a number: it knows this component, so this one gets it from there. */
  readonly ElementControl: ComponentType<FieldProps>;
}

/** Elements shown at first: a kernel may declare thousands. */
const SHOWN = 64;

/** A fixed array as a small table, or a list whose elements come and go. */
export function ItemsField(props: ItemsProps): ReactElement {
  const { type, value, path, onChange } = props;
  const [shown, setShown] = useState(SHOWN);
  const problem = useProblem(path);
  const { items } = value;
  const setItems = (changed: readonly FormValue[]): void => onChange({ kind: 'items', items: changed });
  const capacity = type.kind === 'list' ? type.capacity : type.length;
  const count =
    type.kind === 'list' ? `${formatCount(items.length)} / ${formatCount(capacity)}` : formatCount(capacity);
  return (
    <Fold
      className={styles['group']!}
      title={<FieldHead {...props} />}
      end={count}
      isOpenAtFirst={items.length <= SHOWN}
    >
      <div className={type.kind === 'array' && isLeaf(type.element) ? styles['table'] : styles['items']}>
        {items.slice(0, shown).map((item, index) => (
          <Item key={index} {...props} item={item} index={index} setItems={setItems} />
        ))}
      </div>
      {items.length > shown && (
        <Button look="quiet" onClick={() => setShown(shown + 1024)}>
          Show {formatCount(Math.min(1024, items.length - shown))} more of {formatCount(items.length)}
        </Button>
      )}
      {problem !== undefined && <Problem text={problem} />}
      {type.kind === 'list' && (
        <Button
          look="quiet"
          icon={<Plus size={12} aria-hidden />}
          disabled={items.length >= capacity}
          title={items.length >= capacity ? `It is full at ${formatCount(capacity)}` : cppName(type.element)}
          onClick={() => setItems([...items, initialElement(type.element)])}
        >
          Add to {props.name}
        </Button>
      )}
    </Fold>
  );
}

interface ItemProps extends ItemsProps {
  readonly item: FormValue;
  readonly index: number;
  readonly setItems: (items: readonly FormValue[]) => void;
}

function Item({ item, index, setItems, type, value, path, name, ElementControl }: ItemProps): ReactElement {
  const itemPath = `${path}[${index}]`;
  const problem = useContext(FormProblems).get(itemPath);
  const change = (changed: FormValue): void => setItems(value.items.with(index, changed));
  const itemName = `${name}[${index}]`;
  return (
    <div className={styles['item']} data-path={itemPath}>
      {isLeafType(type.element) ? (
        <>
          <span className={styles['index']}>{index}</span>
          <LeafControl
            type={type.element}
            value={item}
            onChange={change}
            aria-label={itemName}
            {...(problem === undefined ? {} : { 'aria-invalid': true as const })}
          />
        </>
      ) : (
        <div className={styles['nested']}>
          <ElementControl type={type.element} value={item} path={itemPath} name={itemName} onChange={change} />
        </div>
      )}
      {type.kind === 'list' && <ItemButtons name={itemName} index={index} items={value.items} setItems={setItems} />}
      {isLeafType(type.element) && problem !== undefined && <Problem text={problem} />}
    </div>
  );
}

interface ItemButtonsProps {
  readonly name: string;
  readonly index: number;
  readonly items: readonly FormValue[];
  readonly setItems: (items: readonly FormValue[]) => void;
}

function ItemButtons({ name, index, items, setItems }: ItemButtonsProps): ReactElement {
  const swap = (other: number): void => setItems(items.with(index, items[other]!).with(other, items[index]!));
  return (
    <span className={styles['itemButtons']}>
      <IconButton
        label={`Move ${name} up`}
        icon={<ArrowUp size={12} />}
        disabled={index === 0}
        onClick={() => swap(index - 1)}
      />
      <IconButton
        label={`Move ${name} down`}
        icon={<ArrowDown size={12} />}
        disabled={index === items.length - 1}
        onClick={() => swap(index + 1)}
      />
      <IconButton label={`Remove ${name}`} icon={<X size={12} />} onClick={() => setItems(items.toSpliced(index, 1))} />
    </span>
  );
}

function isLeafType(type: FieldType): type is FieldType & { readonly kind: 'scalar' | 'enum' } {
  return isLeaf(type);
}
