import { useReactFlow } from '@xyflow/react';
import { useMemo, type DragEvent } from 'react';

import { kernelDragType, readKernelDrag } from '../kernel-drag.ts';
import { addKernelActor } from '../edits.ts';
import { snap } from './auto-layout.ts';
import { nodeWidth } from './node-size.ts';

/** A kernel that is dropped becomes an actor there, its header under the pointer. */
export function useDrop(): { onDragOver: (event: DragEvent) => void; onDrop: (event: DragEvent) => void } {
  const { screenToFlowPosition } = useReactFlow();
  return useMemo(
    () => ({
      onDragOver: (event) => {
        if (!event.dataTransfer.types.includes(kernelDragType)) return;
        event.preventDefault();
        event.dataTransfer.dropEffect = 'copy';
      },
      onDrop: (event) => {
        const kernel = readKernelDrag(event.dataTransfer);
        if (kernel === undefined) return;
        event.preventDefault();
        const { x, y } = screenToFlowPosition({ x: event.clientX, y: event.clientY });
        addKernelActor({ ...kernel, position: { x: snap(x - nodeWidth / 2), y: snap(y - 14) } });
      },
    }),
    [screenToFlowPosition],
  );
}
