import { type HostKind, hostKinds } from '../../app/model/topology/edit/edit-hosts.ts';

export const kernelDragType = 'application/x-ringstudio-kernel';

/** A kernel on its way from the palette to the canvas. */
export interface DraggedKernel {
  readonly kernel: string;
  readonly source: string;
}

export function writeKernelDrag(transfer: DataTransfer, kernel: DraggedKernel): void {
  transfer.setData(kernelDragType, JSON.stringify(kernel));
  transfer.effectAllowed = 'copy';
}

export function readKernelDrag(transfer: DataTransfer): DraggedKernel | undefined {
  const text = transfer.getData(kernelDragType);
  if (text === '') return undefined;
  const { kernel, source } = JSON.parse(text) as Partial<DraggedKernel>;
  return typeof kernel === 'string' && typeof source === 'string' ? { kernel, source } : undefined;
}

export const hostDragType = 'application/x-ringstudio-host';

export function writeHostDrag(transfer: DataTransfer, kind: HostKind): void {
  transfer.setData(hostDragType, kind);
  transfer.effectAllowed = 'copy';
}

export function readHostDrag(transfer: DataTransfer): HostKind | undefined {
  const text = transfer.getData(hostDragType);
  return hostKinds.find((kind) => kind === text);
}
