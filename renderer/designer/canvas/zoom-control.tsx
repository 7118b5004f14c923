import { useReactFlow, useStore } from '@xyflow/react';
import { Maximize, Minus, Plus } from 'lucide-react';
import type { ReactElement } from 'react';

import { IconButton } from '../../ui/button.tsx';
import { canvasActions } from './canvas-actions.ts';
import styles from './canvas.module.css';

export function ZoomControl(): ReactElement {
  const { zoomIn, zoomOut } = useReactFlow();
  const percent = useStore(({ transform: [, , zoom] }) => Math.round(zoom * 100));
  const icon = { size: 14, strokeWidth: 1.6 };
  return (
    <div className={`${styles['float']} ${styles['zoom']}`} role="group" aria-label="Zoom">
      <IconButton label="Zoom out" keys="-" icon={<Minus {...icon} />} onClick={() => void zoomOut()} />
      <span className={styles['zoomNumber']}>{percent}%</span>
      <IconButton label="Zoom in" keys="+" icon={<Plus {...icon} />} onClick={() => void zoomIn()} />
      <IconButton
        label="Fit all actors"
        keys="Shift+1"
        icon={<Maximize {...icon} />}
        onClick={() => canvasActions()?.fit()}
      />
    </div>
  );
}
