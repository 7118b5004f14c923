import { create } from 'zustand';

import type { LaunchBuffer, LaunchView } from '../../../app/contract/functions.ts';
import { keepInTab } from '../../stores/kept-state.ts';

export type BufferViewName = 'values' | 'histogram' | 'heat-map' | 'variables';

interface BufferViewState {
  readonly projectId: string;
  /** Undefined, or of one that is not kept any more: the latest. */
  readonly launchId: string | undefined;
  /** By name, so that the next launch of the function shows the same. */
  readonly bufferName: string | undefined;
  readonly view: BufferViewName;
  readonly perRow: number;
  readonly isHex: boolean;
  readonly isLog: boolean;
  /** Of structs: the field that is drawn, by `bufferKey`. */
  readonly fields: Readonly<Record<string, string>>;
  /** Of heat maps, as typed, by `bufferKey`. */
  readonly columns: Readonly<Record<string, string>>;
}

const empty: BufferViewState = {
  projectId: '',
  launchId: undefined,
  bufferName: undefined,
  view: 'values',
  perRow: 8,
  isHex: false,
  isLog: false,
  fields: {},
  columns: {},
};

export const useBufferView = create<BufferViewState>()(() => empty);

keepInTab(useBufferView, { name: 'buffers', empty });

export function showLaunch(launchId: string): void {
  useBufferView.setState({ launchId });
}

/** What the next launches of the function have in common. */
export function bufferKey({ path, functionName }: LaunchView, { name }: LaunchBuffer): string {
  return `${path} ${functionName} ${name}`;
}

export function shownLaunch(
  launches: readonly LaunchView[],
  { launchId }: Pick<BufferViewState, 'launchId'>,
): LaunchView | undefined {
  return launches.find(({ id }) => id === launchId) ?? launches[0];
}

/** What was chosen; else the first that the launch has written to. */
export function shownBuffer(
  { buffers }: Pick<LaunchView, 'buffers'>,
  { bufferName }: Pick<BufferViewState, 'bufferName'>,
): LaunchBuffer | undefined {
  return buffers.find(({ name }) => name === bufferName) ?? buffers.find(({ changed }) => changed > 0) ?? buffers[0];
}
