import { useRef, useState, type KeyboardEvent, type ReactElement } from 'react';

import { useDesigner } from '../designer.store.ts';
import { rename, renameProblem } from '../edits.ts';
import styles from './rename-field.module.css';

/** The name in place, while it is edited: Enter takes it, Esc leaves it. */
export function RenameField({ id }: { readonly id: string }): ReactElement {
  const [text, setText] = useState(id);
  const isDone = useRef(false);
  const problem = renameProblem(id, text.trim());
  const finish = (mode: 'take' | 'leave'): void => {
    if (isDone.current) return;
    isDone.current = true;
    useDesigner.setState({ renaming: undefined });
    if (mode === 'take' && problem === undefined) rename(id, text.trim());
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    event.stopPropagation();
    if (event.key === 'Escape') finish('leave');
    if (event.key === 'Enter' && problem === undefined) finish('take');
  };
  return (
    <span className={`${styles['wrap']} nodrag nopan nokey`}>
      <input
        className={styles['input']}
        aria-label={`Name of ${id}`}
        aria-invalid={problem !== undefined}
        autoFocus
        spellCheck={false}
        value={text}
        onFocus={(event) => event.currentTarget.select()}
        onChange={(event) => setText(event.target.value)}
        onKeyDown={onKeyDown}
        onBlur={() => finish('take')}
      />
      {problem !== undefined && (
        <span role="alert" className={styles['problem']}>
          {problem}
        </span>
      )}
    </span>
  );
}
