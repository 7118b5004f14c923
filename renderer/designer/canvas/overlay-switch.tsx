import { Network, Redo2, Undo2 } from 'lucide-react';
import type { ReactElement } from 'react';

import { IconButton } from '../../ui/button.tsx';
import { Tip } from '../../ui/tip.tsx';
import { type Overlay, useDesigner } from '../designer.store.ts';
import { redo, undo, useHistoryNames } from '../history/designer-history.ts';
import { canvasActions } from './canvas-actions.ts';
import styles from './canvas.module.css';

const overlays: readonly { readonly overlay: Overlay; readonly label: string; readonly hint: string }[] = [
  { overlay: 'rate', label: 'Rate', hint: 'Channels show messages per second' },
  { overlay: 'depth', label: 'Depth', hint: 'Channels show how many messages wait at their target' },
  { overlay: 'latency', label: 'Latency', hint: 'Channels show the p99 latency of their target in µs' },
];

/** What channels show, undo and redo, and the layout of everything. */
export function OverlaySwitch({ isReadOnly }: { readonly isReadOnly: boolean }): ReactElement {
  const shown = useDesigner((state) => state.overlay);
  const { undoName, redoName } = useHistoryNames();
  const icon = { size: 14, strokeWidth: 1.6 };
  return (
    <div className={`${styles['float']} ${styles['tools']}`}>
      <div role="group" aria-label="Channels show">
        {overlays.map(({ overlay, label, hint }) => (
          <Tip key={overlay} text={hint}>
            <button
              type="button"
              className={styles['overlay']}
              aria-pressed={shown === overlay}
              onClick={() => useDesigner.setState({ overlay })}
            >
              {label}
            </button>
          </Tip>
        ))}
      </div>
      <span className={styles['separator']} />
      <IconButton
        label={undoName === undefined ? 'Undo' : `Undo: ${undoName}`}
        keys="Ctrl+Z"
        icon={<Undo2 {...icon} />}
        disabled={undoName === undefined || isReadOnly}
        onClick={undo}
      />
      <IconButton
        label={redoName === undefined ? 'Redo' : `Redo: ${redoName}`}
        keys="Ctrl+Shift+Z"
        icon={<Redo2 {...icon} />}
        disabled={redoName === undefined || isReadOnly}
        onClick={redo}
      />
      <IconButton
        label="Lay out all actors"
        icon={<Network {...icon} />}
        disabled={isReadOnly}
        onClick={() => void canvasActions()?.autoLayout()}
      />
    </div>
  );
}
