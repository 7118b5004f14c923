import { useReactFlow } from '@xyflow/react';
import { useMemo, type DragEvent } from 'react';

import { hostDragType, kernelDragType, readHostDrag, readKernelDrag } from '../palette-drag.ts';
import { addHostActor } from '../host-edits.ts';
import { addKernelActor } from '../edits.ts';
import { snap } from './auto-layout.ts';
import { nodeWidth } from './node-size.ts';

/** A kernel or kind of host actor that is dropped becomes an actor there, its header under the pointer. */
export function useDrop(): { onDragOver: (event: DragEvent) => void; onDrop: (event: DragEvent) => void } {
  const { screenToFlowPosition } = useReactFlow();
  return useMemo(
    () => ({
      onDragOver: (event) => {
        const { types } = event.dataTransfer;
        if (!types.includes(kernelDragType) && !types.includes(hostDragType)) return;
        event.preventDefault();
        event.dataTransfer.dropEffect = 'copy';
      },
      onDrop: (event) => {
        const kernel = readKernelDrag(event.dataTransfer);
        const host = readHostDrag(event.dataTransfer);
        if (kernel === undefined && host === undefined) return;
        event.preventDefault();
        const { x, y } = screenToFlowPosition({ x: event.clientX, y: event.clientY });
        const position = { x: snap(x - nodeWidth / 2), y: snap(y - 14) };
        if (kernel !== undefined) addKernelActor({ ...kernel, position });
        if (host !== undefined) addHostActor(host, position);
      },
    }),
    [screenToFlowPosition],
  );
}
