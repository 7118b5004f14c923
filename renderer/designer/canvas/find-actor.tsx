import { Search, X } from 'lucide-react';
import { useState, type KeyboardEvent, type ReactElement } from 'react';

import { IconButton } from '../../ui/button.tsx';
import { useDesigner } from '../designer.store.ts';
import { canvasActions } from './canvas-actions.ts';
import styles from './canvas.module.css';
import type { NodeContent, Projection } from './node-content.ts';

/** Ctrl F on the canvas: lights up what has the letters; Enter goes from one to the next. */
export function FindActor({ projection }: { readonly projection: Projection }): ReactElement | null {
  const isOpen = useDesigner(({ found }) => found !== undefined);
  return isOpen ? <OpenFind projection={projection} /> : null;
}

function OpenFind({ projection }: { readonly projection: Projection }): ReactElement {
  const [text, setText] = useState('');
  const [at, setAt] = useState(-1);
  const found = matching(projection, text);
  const type = (value: string): void => {
    setText(value);
    setAt(-1);
    useDesigner.setState({ found: new Set(matching(projection, value)) });
  };
  const close = (): void => {
    useDesigner.setState({ found: undefined });
    canvasActions()?.focus();
  };
  const onKeyDown = (event: KeyboardEvent<HTMLInputElement>): void => {
    event.stopPropagation();
    if (event.key === 'Escape') close();
    if (event.key !== 'Enter' || found.length === 0) return;
    const next = (at + (event.shiftKey ? -1 : 1) + found.length) % found.length;
    const input = event.currentTarget;
    setAt(next);
    canvasActions()?.goTo(found[next]!);
    requestAnimationFrame(() => requestAnimationFrame(() => input.focus()));
  };
  return (
    <div className={`${styles['float']} ${styles['find']} nokey`} role="search">
      <Search size={14} strokeWidth={1.6} aria-hidden="true" />
      <input
        autoFocus
        aria-label="Find an actor"
        placeholder="Find an actor"
        value={text}
        onChange={(event) => type(event.target.value)}
        onKeyDown={onKeyDown}
      />
      <span className={styles['quiet']} role="status">
        {text === '' ? '' : found.length === 0 ? 'none' : `${at < 0 ? '' : `${at + 1} of `}${found.length}`}
      </span>
      <IconButton label="Close the search" keys="Escape" icon={<X size={14} />} onClick={close} />
    </div>
  );
}

function matching({ nodes }: Projection, text: string): readonly string[] {
  const wanted = text.trim().toLowerCase();
  if (wanted === '') return [];
  const has = (node: NodeContent): boolean =>
    [node.id, ...(node.kind === 'actor' ? [node.kernel, node.source] : [node.host, node.task])].some((name) =>
      name.toLowerCase().includes(wanted),
    );
  return nodes.filter(has).map(({ id }) => id);
}
