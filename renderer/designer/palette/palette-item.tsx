import type { ReactElement, ReactNode } from 'react';

import type { Position } from '../../../app/model/topology/edit/edit-topology.ts';
import { useNavigation } from '../../stores/navigation.store.ts';
import { canvasActions } from '../canvas/canvas-actions.ts';
import styles from './palette.module.css';

interface PaletteItemProps {
  /** Its accessible name: `Add a timer`. */
  readonly label: string;
  readonly onDrag: (data: DataTransfer) => void;
  /** Gets a free place on the canvas; undefined while none is open. */
  readonly onAdd: (position: Position | undefined) => void;
  readonly children: ReactNode;
}

/** What can be dragged to the canvas, or added there by Enter. */
export function PaletteItem({ label, onDrag, onAdd, children }: PaletteItemProps): ReactElement {
  const add = (): void => {
    onAdd(canvasActions()?.freePlace());
    useNavigation.getState().showPanel('canvas');
  };
  return (
    <li>
      <button
        type="button"
        className={styles['kernel']}
        aria-label={label}
        title="Drag to the canvas, or press Enter"
        draggable
        onDragStart={(event) => onDrag(event.dataTransfer)}
        onClick={add}
      >
        {children}
      </button>
    </li>
  );
}
