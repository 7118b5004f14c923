import { useRef, useState, type ReactElement } from 'react';

import type { BufferImage } from '../../../app/contract/functions.ts';
import { studio } from '../../bridge/client.ts';
import { openProjectId } from '../../stores/project-session.ts';
import { TextBox } from '../../ui/field.tsx';
import { formatCount } from '../../ui/format.ts';
import type { BufferProps } from './buffer-props.ts';
import { bufferKey, useBufferView } from './buffer-view.store.ts';
import styles from './buffers.module.css';
import { FieldSelect, useShownField } from './field-select.tsx';
import { extentOf } from './heat-colors.ts';
import { cellElements, cellSpan, defaultColumns, readColumns, spanWords } from './heat-grid.ts';
import { HeatCanvas, type HeatCell } from './heat-canvas.tsx';
import { HeatLegend } from './heat-legend.tsx';
import { useAnswer } from './use-answer.ts';
import { useElementSize } from '../../ui/use-element-size.ts';
import { FailureText, Nothing, ViewFrame } from './view-frame.tsx';

/** The buffer as an image: rows of so many elements under each other. */
export function HeatMapView({ launch, buffer, tabs }: BufferProps): ReactElement {
  const key = bufferKey(launch, buffer);
  const typed = useBufferView((state) => state.columns[key]) ?? String(defaultColumns(buffer.length));
  const field = useShownField({ launch, buffer });
  const columns = readColumns(typed, buffer.length);
  const settings = (
    <>
      {field !== undefined && <FieldSelect launch={launch} buffer={buffer} field={field} />}
      <label className={styles['setting']}>
        Columns
        <TextBox
          value={typed}
          inputMode="numeric"
          {...(columns === undefined ? { 'aria-invalid': true } : {})}
          onChange={({ target }) =>
            useBufferView.setState((state) => ({ columns: { ...state.columns, [key]: target.value } }))
          }
        />
      </label>
      {columns !== undefined && (
        <span className={styles['facts']}>
          × {formatCount(Math.ceil(buffer.length / columns))}
          {buffer.length % columns !== 0 && ', the last row is short'}
        </span>
      )}
    </>
  );
  return (
    <ViewFrame tabs={tabs} settings={settings}>
      {field === undefined ? (
        <Nothing>Elements of {buffer.elementName} hold no numbers.</Nothing>
      ) : columns === undefined ? (
        <Nothing>Columns: use 1 to {formatCount(buffer.length)}.</Nothing>
      ) : (
        <Image launch={launch} buffer={buffer} field={field} columns={columns} />
      )}
    </ViewFrame>
  );
}

interface ImageProps extends Pick<BufferProps, 'launch' | 'buffer'> {
  readonly field: string;
  readonly columns: number;
}

function Image({ launch, buffer, field, columns }: ImageProps): ReactElement {
  const box = useRef<HTMLDivElement>(null);
  const room = useElementSize(box);
  const [cell, setCell] = useState<HeatCell>();
  const isSeen = room.width > 0 && room.height > 0;
  const rows = Math.ceil(buffer.length / columns);
  const side = isSeen ? cellElements({ columns, rows }, room) : 1;
  const key = `${launch.id} ${buffer.index} ${field} ${columns} ${side}`;
  const { value, failure } = useAnswer(isSeen ? key : undefined, () =>
    studio.functions.image.query({
      ...{ projectId: openProjectId(), launchId: launch.id, buffer: buffer.index },
      ...{ field, columns, maxWidth: Math.ceil(columns / side), maxHeight: Math.ceil(rows / side) },
    }),
  );
  const name = field === '' ? buffer.name : `${buffer.name}.${field}`;
  const extent = value === undefined ? undefined : extentOf(value.cells);
  return (
    <div className={styles['split']}>
      <div ref={box} className={styles['image']}>
        {failure !== undefined && <FailureText failure={failure} />}
        {failure === undefined && value !== undefined && (
          <HeatCanvas
            label={`${name} as an image of ${formatCount(columns)} × ${formatCount(value.rows)} elements`}
            image={value}
            extent={extent}
            room={room}
            cell={cell}
            onCell={setCell}
            words={cell === undefined ? undefined : cellWords(value, columns, cell)}
          />
        )}
      </div>
      {value !== undefined && (
        <HeatLegend extent={extent} hasNone={value.cells.includes(null)}>
          <p>{cell === undefined ? sideWords(side) : cellWords(value, columns, cell)}</p>
        </HeatLegend>
      )}
    </div>
  );
}

function sideWords(side: number): string {
  if (side === 1) return 'Each cell is an element.';
  return `Each cell is the mean of ${formatCount(side)} × ${formatCount(side)} elements.`;
}

function cellWords({ width, height, rows, cells }: BufferImage, columns: number, { x, y }: HeatCell): string {
  const value = cells[y * width + x];
  const [row, column] = [cellSpan(y, height, rows), cellSpan(x, width, columns)];
  const isOne = row[0] === row[1] && column[0] === column[1];
  const number = value === null || value === undefined ? 'no number' : `${isOne ? '' : 'mean '}${String(value)}`;
  return `${spanWords('row', row)}, ${spanWords('column', column)}: ${number}`;
}
