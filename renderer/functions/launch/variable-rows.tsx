import { useId, type ReactElement } from 'react';

import { cppName } from '../../../app/model/layout-text.ts';
import type { SymbolInfo } from '../../../app/model/program.ts';
import { TextBox } from '../../ui/field.tsx';
import type { LaunchDraft } from './launch-draft.ts';
import { changeSymbol, type Launchable } from './launch-form.store.ts';
import styles from './launch.module.css';

interface VariableRowsProps {
  readonly shown: Launchable;
  readonly symbols: readonly SymbolInfo[];
  readonly draft: LaunchDraft;
  readonly problemOf: (key: string) => string | undefined;
}

/** The `__constant__` and `__device__` variables of the file; those left empty keep the value that they have. */
export function VariableRows({ shown, symbols, draft, problemOf }: VariableRowsProps): ReactElement {
  return (
    <div className={styles['rows']}>
      {symbols.map((symbol) => (
        <VariableRow
          key={symbol.name}
          symbol={symbol}
          text={draft.symbols[symbol.name] ?? ''}
          problem={problemOf(`symbol:${symbol.name}`)}
          onChange={(text) => changeSymbol(shown, symbol.name, text)}
        />
      ))}
    </div>
  );
}

interface VariableRowProps {
  readonly symbol: SymbolInfo;
  readonly text: string;
  readonly problem: string | undefined;
  readonly onChange: (text: string) => void;
}

function VariableRow({ symbol: { name, type, doc }, text, problem, onChange }: VariableRowProps): ReactElement {
  const id = useId();
  return (
    <div className={styles['row']}>
      <label htmlFor={id} title={doc === undefined ? `${cppName(type)} ${name}` : `${cppName(type)} ${name}: ${doc}`}>
        <span className={styles['name']}>{name}</span> <code>{cppName(type)}</code>
      </label>
      <div className={styles['controls']}>
        <TextBox
          id={id}
          placeholder="as it is"
          title="JSON, @file.npy or @file.json"
          value={text}
          {...(problem === undefined ? {} : { 'aria-invalid': true, 'aria-describedby': `${id}-problem` })}
          onChange={({ target }) => onChange(target.value)}
        />
      </div>
      {problem !== undefined && (
        <p id={`${id}-problem`} className={styles['problem']}>
          {problem}
        </p>
      )}
    </div>
  );
}
