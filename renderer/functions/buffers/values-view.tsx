import { useEffect, useMemo, useState, type SubmitEvent, type ReactElement } from 'react';

import { studio } from '../../bridge/client.ts';
import { useConnection } from '../../stores/connection.store.ts';
import { openProjectId } from '../../stores/project-session.ts';
import { SelectBox, TextBox } from '../../ui/field.tsx';
import { formatCount } from '../../ui/format.ts';
import { Switch } from '../../ui/switch.tsx';
import type { BufferProps } from './buffer-props.ts';
import { useBufferView } from './buffer-view.store.ts';
import styles from './buffers.module.css';
import { readIndex } from './table-window.ts';
import { ValuePages } from './value-pages.ts';
import { integerBits } from './value-text.ts';
import { ValuesGrid } from './values-grid.tsx';
import { ViewFrame } from './view-frame.tsx';

const PER_ROW = [1, 4, 8, 16, 32];

/** Every element, as a debugger's view of memory shows them; those that the launch has changed stand out. */
export function ValuesView({ launch, buffer, tabs }: BufferProps): ReactElement {
  const { perRow, isHex } = useBufferView();
  const [active, setActive] = useState(0);
  const isConnected = useConnection(({ status }) => status === 'open');
  const isStruct = buffer.fields.length > 1 || (buffer.fields[0] ?? '') !== '';
  const bits = integerBits(buffer.elementName);
  const pages = useMemo(
    () =>
      new ValuePages(buffer.length, (from, count) =>
        studio.functions.values.query({
          ...{ projectId: openProjectId(), launchId: launch.id },
          ...{ buffer: buffer.index, from, count },
        }),
      ),
    [launch.id, buffer.index, buffer.length],
  );
  useEffect(() => {
    if (isConnected) pages.askAgain();
  }, [pages, isConnected]);
  return (
    <ViewFrame
      tabs={tabs}
      settings={
        <>
          <GoTo length={buffer.length} onGo={setActive} />
          {!isStruct && (
            <label className={styles['setting']}>
              Elements in a row
              <SelectBox
                value={perRow}
                onChange={({ target }) => useBufferView.setState({ perRow: Number(target.value) })}
              >
                {PER_ROW.map((count) => (
                  <option key={count}>{count}</option>
                ))}
              </SelectBox>
            </label>
          )}
          {bits !== undefined && (
            <Switch isOn={isHex} words="hexadecimal" onChange={(isOn) => useBufferView.setState({ isHex: isOn })} />
          )}
        </>
      }
    >
      <ValuesGrid
        pages={pages}
        length={buffer.length}
        perRow={isStruct ? 1 : perRow}
        hexBits={isHex ? bits : undefined}
        label={`Values of ${buffer.name}`}
        active={active}
        onActive={setActive}
      />
    </ViewFrame>
  );
}

function GoTo({ length, onGo }: { readonly length: number; readonly onGo: (index: number) => void }): ReactElement {
  const [text, setText] = useState('');
  const index = readIndex(text, length);
  const isWrong = text !== '' && index === undefined;
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    if (index !== undefined) onGo(index);
  };
  return (
    <form className={styles['setting']} onSubmit={submit}>
      <TextBox
        aria-label="Go to index"
        placeholder="Go to index"
        title={isWrong ? `Use 0 to ${formatCount(length - 1)}` : 'An index, 0x for hexadecimal; Enter goes there'}
        value={text}
        {...(isWrong ? { 'aria-invalid': true } : {})}
        onChange={({ target }) => setText(target.value)}
      />
    </form>
  );
}
