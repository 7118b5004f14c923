import { useEffect, useId, useRef, type KeyboardEvent, type MouseEvent, type ReactElement } from 'react';

import type { BufferImage } from '../../../app/contract/functions.ts';
import { useThemeVersion } from '../../ui/chart-look.ts';
import type { Extent } from './heat-colors.ts';
import { cellPixels } from './heat-grid.ts';
import { drawHeat } from './heat-drawing.ts';
import styles from './buffers.module.css';
import type { ElementSize } from '../../ui/use-element-size.ts';

export interface HeatCell {
  readonly x: number;
  readonly y: number;
}

interface HeatCanvasProps {
  readonly label: string;
  readonly image: BufferImage;
  readonly extent: Extent | undefined;
  readonly room: ElementSize;
  readonly cell: HeatCell | undefined;
  readonly onCell: (cell: HeatCell | undefined) => void;
  /** Of the cell in hand. */
  readonly words: string | undefined;
}

/** One cell is in hand, by mouse or arrow keys. */
export function HeatCanvas(props: HeatCanvasProps): ReactElement {
  const { label, image, extent, room, cell, onCell, words } = props;
  const canvas = useRef<HTMLCanvasElement>(null);
  const theme = useThemeVersion();
  const id = useId();
  const pixels = cellPixels(image, room);
  const [width, height] = [Math.round(image.width * pixels), Math.round(image.height * pixels)];
  useEffect(() => {
    if (canvas.current !== null) drawHeat(canvas.current, { image, extent, width, height, pixels });
  }, [image, extent, width, height, pixels, theme]);
  const onMouseMove = ({ clientX, clientY, currentTarget }: MouseEvent): void => {
    const { left, top } = currentTarget.getBoundingClientRect();
    const [x, y] = [Math.floor((clientX - left) / pixels), Math.floor((clientY - top) / pixels)];
    if (x >= 0 && y >= 0 && x < image.width && y < image.height) onCell({ x, y });
  };
  return (
    <div
      className={styles['heat']}
      style={{ width, height }}
      tabIndex={0}
      role="group"
      aria-label={label}
      aria-describedby={`${id}-words`}
      onMouseMove={onMouseMove}
      onMouseLeave={() => onCell(undefined)}
      onBlur={() => onCell(undefined)}
      onKeyDown={(event) => moveCell(event, props)}
    >
      <canvas ref={canvas} aria-hidden style={{ width, height }} />
      {cell !== undefined && (
        <span
          className={styles['cursor']}
          style={{
            ...{ left: cell.x * pixels, top: cell.y * pixels },
            ...{ width: Math.max(3, pixels), height: Math.max(3, pixels) },
          }}
        />
      )}
      <p id={`${id}-words`} className="visually-hidden" aria-live={cell === undefined ? 'off' : 'polite'}>
        {words ?? (extent === undefined ? 'no numbers' : `from ${String(extent.min)} to ${String(extent.max)}`)}
      </p>
    </div>
  );
}

function moveCell(event: KeyboardEvent, { image, cell, onCell }: HeatCanvasProps): void {
  const { width, height } = image;
  const step = event.shiftKey ? 10 : 1;
  const moves: Readonly<Record<string, readonly [number, number]>> = {
    ArrowRight: [step, 0],
    ArrowLeft: [-step, 0],
    ArrowDown: [0, step],
    ArrowUp: [0, -step],
  };
  if (event.key === 'Escape') onCell(undefined);
  const move = moves[event.key];
  if (move === undefined) return;
  event.preventDefault();
  const { x, y } = cell ?? { x: -move[0], y: -move[1] };
  onCell({
    x: Math.min(width - 1, Math.max(0, x + move[0])),
    y: Math.min(height - 1, Math.max(0, y + move[1])),
  });
}
