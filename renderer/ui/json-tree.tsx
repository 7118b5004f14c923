import { useState, type ReactElement } from 'react';

import type { Json } from '../../app/model/message-type.ts';
import styles from './json-tree.module.css';

/** Children shown of one array or object before it is asked for more. */
const SHOWN = 50;

/** A message's fields and values, nested ones indented. */
export function JsonTree({ value, label }: { readonly value: Json; readonly label: string }): ReactElement {
  return (
    <ul className={styles['tree']} aria-label={label}>
      <Children value={value} depth={0} />
    </ul>
  );
}

function Children({ value, depth }: { readonly value: Json; readonly depth: number }): ReactElement {
  const [shown, setShown] = useState(SHOWN);
  const entries = childrenOf(value);
  if (entries === undefined) return <Leaf name="" value={value} depth={depth} />;
  if (entries.length === 0) return <li className={styles['none']}>{Array.isArray(value) ? 'empty' : 'no fields'}</li>;
  return (
    <>
      {entries
        .slice(0, shown)
        .map(([name, child]) =>
          childrenOf(child) === undefined ? (
            <Leaf key={name} name={name} value={child} depth={depth} />
          ) : (
            <Branch key={name} name={name} value={child} depth={depth} />
          ),
        )}
      {entries.length > shown && (
        <li>
          <button type="button" className={styles['more']} onClick={() => setShown(shown + 1000)}>
            {entries.length - shown} more
          </button>
        </li>
      )}
    </>
  );
}

interface NodeProps {
  readonly name: string;
  readonly value: Json;
  readonly depth: number;
}

function Leaf({ name, value, depth }: NodeProps): ReactElement {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return (
    <li className={styles['leaf']} style={{ paddingLeft: depth * 12 }}>
      {name !== '' && <span className={styles['key']}>{name}</span>}
      <code className={styles['value']}>{text === '' ? '""' : text}</code>
    </li>
  );
}

function Branch({ name, value, depth }: NodeProps): ReactElement {
  const count = childrenOf(value)!.length;
  return (
    <li>
      <details open={count <= SHOWN}>
        <summary style={{ paddingLeft: depth * 12 }}>
          <span className={styles['key']}>{name}</span>
          <span className={styles['count']}>{Array.isArray(value) ? `[${count}]` : ''}</span>
        </summary>
        <ul>
          <Children value={value} depth={depth + 1} />
        </ul>
      </details>
    </li>
  );
}

function childrenOf(value: Json): readonly (readonly [string, Json])[] | undefined {
  if (Array.isArray(value)) return value.map((child: Json, index) => [String(index), child]);
  return typeof value === 'object' && value !== null ? Object.entries(value) : undefined;
}
