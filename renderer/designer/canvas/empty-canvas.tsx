import type { ReactElement } from 'react';

import { useNavigation } from '../../stores/navigation.store.ts';
import { useProject } from '../../stores/project.store.ts';
import { Button } from '../../ui/button.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import styles from './empty-canvas.module.css';
import { openNewKernel } from '../palette/new-kernel.store.ts';

/** Over an empty canvas: what an actor needs, and where it comes from. */
export function EmptyCanvas(): ReactElement {
  const hasKernels = useProject(({ programs }) => Object.values(programs).some(({ kernels }) => kernels.length > 0));
  const showPalette = (): void => useNavigation.getState().showPanel('palette');
  return (
    <div className={styles['over']}>
      {hasKernels ? (
        <EmptyState
          title="No actors yet"
          actions={
            <Button look="primary" onClick={showPalette}>
              Show the palette
            </Button>
          }
        >
          Drag a kernel from the palette to the canvas, or press Enter on it.
        </EmptyState>
      ) : (
        <EmptyState
          title="No kernels yet"
          actions={
            <Button look="primary" onClick={openNewKernel}>
              New kernel…
            </Button>
          }
        >
          An actor runs a kernel. Write one, from a template or from nothing; it then appears in the palette.
        </EmptyState>
      )}
    </div>
  );
}
