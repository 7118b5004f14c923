import type { ReactElement } from 'react';

import {
  blockLimits,
  describeDim,
  dim3Of,
  dimTotal,
  gridLimits,
  mostSharedBytes,
  unitDim,
  type Dim3,
  type DimLimits,
  type DimSpec,
} from '../../../app/model/dim3.ts';
import { blockOf, gridOf, widthProblem } from '../../../app/model/launch-size.ts';
import { mostGpuOrdinal } from '../../../app/model/topology/topology.ts';
import type { LinkedActor } from '../../../app/model/topology/linked-actor.ts';
import { useTopology } from '../../stores/topology.store.ts';
import { changeActors } from '../edits.ts';
import { DimField } from './dim-field.tsx';
import { NumberField } from './number-field.tsx';
import { between } from './setting-rules.ts';

interface SizeFieldsProps {
  readonly actors: readonly LinkedActor[];
  readonly isOff: boolean;
}

/** Block, grid and dynamic shared memory, which are what the kernel declares where the document says nothing, and the GPU. */
export function SizeFields({ actors, isOff }: SizeFieldsProps): ReactElement {
  const device = useTopology(({ topology }) => topology?.device ?? 'cpu');
  const ids = actors.map(({ actor }) => actor.id);
  const block = shared({
    own: actors.map(({ actor }) => actor.block),
    inherited: actors.map(({ kernel }) => kernel && blockOf(kernel, device)),
  });
  const grid = shared({
    own: actors.map(({ actor }) => actor.grid),
    inherited: actors.map(({ kernel }) => kernel && gridOf(kernel)),
  });
  const isAny = actors.some(({ kernel }) => kernel?.block === 'any');
  const checkSize = (key: 'block' | 'grid', spec: DimSpec): string | undefined => {
    const size = { block: unitDim, grid: unitDim, [key]: dim3Of(spec) };
    const found = actors.flatMap(
      ({ actor, kernel, threads }) =>
        (kernel !== undefined &&
          threads !== undefined &&
          widthProblem({ name: actor.id, program: { threads }, kernel, size, device })) ||
        [],
    );
    return found[0] && `Compiled for one thread. ${found[0].tip}`;
  };
  const bytes = actors.map(({ actor }) => actor.sharedBytes ?? 0);
  const isSame = bytes.every((count) => count === bytes[0]);
  const gpus = actors.map(({ actor }) => actor.gpu);
  const isOneGpu = gpus.every((gpu) => gpu === gpus[0]);
  return (
    <>
      <DimField
        {...{ label: 'Block', limits: blockLimits, isOff, check: (spec) => checkSize('block', spec) }}
        {...block}
        note={noteOf(block, blockLimits, isAny ? 'ring::any' : 'from RING_BLOCK')}
        onChange={(value) => changeActors(ids, { block: value })}
      />
      <DimField
        {...{ label: 'Grid', limits: gridLimits, isOff, check: (spec) => checkSize('grid', spec) }}
        {...grid}
        note={noteOf(grid, gridLimits, 'from RING_GRID')}
        onChange={(value) => changeActors(ids, { grid: value })}
      />
      <NumberField
        {...{ label: 'Shared memory', unit: 'bytes', isOff, check: between(0, mostSharedBytes) }}
        value={isSame ? bytes[0] : undefined}
        {...(!isSame && { placeholder: 'various' })}
        onChange={(value) => changeActors(ids, { sharedBytes: value ?? 0 })}
      />
      <NumberField
        {...{ label: 'GPU', isOff, check: between(0, mostGpuOrdinal) }}
        value={isOneGpu ? gpus[0] : undefined}
        placeholder={isOneGpu ? 'the run’s' : 'various'}
        onChange={(value) => changeActors(ids, { gpu: value })}
      />
    </>
  );
}

interface Shared {
  readonly own: DimSpec | undefined;
  readonly inherited: Dim3 | undefined;
  readonly isVarious: boolean;
}

function shared(of: {
  readonly own: readonly (DimSpec | undefined)[];
  readonly inherited: readonly (Dim3 | undefined)[];
}): Shared {
  const isSame = (values: readonly unknown[]): boolean =>
    values.every((value) => JSON.stringify(value) === JSON.stringify(values[0]));
  const isOwn = isSame(of.own.map((spec) => spec && dim3Of(spec)));
  return {
    own: isOwn ? of.own[0] : undefined,
    inherited: isOwn && isSame(of.inherited) ? of.inherited[0] : undefined,
    isVarious: !isOwn || (of.own[0] === undefined && !isSame(of.inherited)),
  };
}

/** `16×16 = 256 threads (from RING_BLOCK)`; nothing where the kernel says nothing. */
function noteOf({ own, inherited, isVarious }: Shared, limits: DimLimits, source: string): string | undefined {
  if (isVarious) return 'various';
  if (own !== undefined) return describeDim(own, limits);
  const isSilent = inherited === undefined || (dimTotal(inherited) === 1 && source !== 'ring::any');
  return isSilent ? undefined : `${describeDim(inherited, limits)} (${source})`;
}
