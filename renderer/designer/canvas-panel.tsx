import { ReactFlowProvider } from '@xyflow/react';
import type { ReactElement } from 'react';

import type { Problem } from '../../app/base/studio-error.ts';
import type { Topology } from '../../app/model/topology/topology.ts';
import { useOfferedCommands } from '../stores/commands.store.ts';
import { useNavigation } from '../stores/navigation.store.ts';
import { useProject } from '../stores/project.store.ts';
import { useTopology } from '../stores/topology.store.ts';
import { Banner } from '../ui/banner.tsx';
import { Button } from '../ui/button.tsx';
import { EmptyState } from '../ui/empty-state.tsx';
import { Canvas } from './canvas/canvas.tsx';
import styles from './canvas/canvas.module.css';
import { EmptyCanvas } from './canvas/empty-canvas.tsx';
import { useProjection } from './canvas/use-flow.ts';
import { usePlaces } from './canvas/use-places.ts';
import { designerCommands } from './designer-commands.ts';

/** The topology as a picture that can be worked on. */
export function CanvasPanel(): ReactElement {
  const { topology, problems } = useTopology();
  useOfferedCommands(designerCommands);
  return (
    <section className={styles['panel']} aria-label="Topology">
      {problems.length > 0 && <UnreadableBanner problems={problems} hasOlder={topology !== undefined} />}
      {topology === undefined ? (
        <NoTopology isUnreadable={problems.length > 0} />
      ) : (
        <ReactFlowProvider>
          <Graph topology={topology} isReadOnly={problems.length > 0} />
        </ReactFlowProvider>
      )}
    </section>
  );
}

function Graph({ topology, isReadOnly }: { readonly topology: Topology; readonly isReadOnly: boolean }): ReactElement {
  const projection = useProjection(topology);
  const places = usePlaces(topology, projection);
  return (
    <>
      {/* Nodes appear where they stay, not somewhere first. */}
      {places === undefined ? (
        <div className={styles['canvas']} aria-busy="true" />
      ) : (
        <Canvas projection={projection} places={places} isReadOnly={isReadOnly} />
      )}
      {topology.actors.length === 0 && <EmptyCanvas />}
    </>
  );
}

function UnreadableBanner({
  problems,
  hasOlder,
}: {
  readonly problems: readonly Problem[];
  readonly hasOlder: boolean;
}): ReactElement {
  const path = useProject((state) => state.topologyPath);
  const [first] = problems;
  const place = first?.location === undefined ? '' : ` at line ${first.location.line}`;
  const open = (): void => useNavigation.getState().openFile(path, first?.location);
  return (
    <Banner kind="warning" actions={<Button onClick={open}>Open file</Button>}>
      <b>
        {path} cannot be read{place}.
      </b>{' '}
      {first?.message} {hasOlder && 'The canvas shows the last version that could, and does not change it.'}
    </Banner>
  );
}

function NoTopology({ isUnreadable }: { readonly isUnreadable: boolean }): ReactElement {
  const isOpen = useProject(({ project }) => project !== undefined);
  const path = useProject((state) => state.topologyPath);
  if (!isOpen || isUnreadable)
    return <EmptyState title={isUnreadable ? 'No topology to show' : 'No project is open'} />;
  return <EmptyState title="No topology">{path} is not in the project.</EmptyState>;
}
