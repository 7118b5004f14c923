import { FileCode2 } from 'lucide-react';
import type { ReactElement } from 'react';

import type { ActorRunState } from '../../../app/contract/run.ts';
import type { LinkedActor } from '../../../app/model/topology/linked-actor.ts';
import { cppName } from '../../../app/model/layout-text.ts';
import { describeSize, isParallel } from '../../../app/model/launch-size.ts';
import type { StructType } from '../../../app/model/message-type.ts';
import { runCommand } from '../../stores/commands.store.ts';
import { useProject } from '../../stores/project.store.ts';
import { useActorRun } from '../../stores/run-index.ts';
import { visibleActorState } from '../../ui/actor-state.ts';
import { Button } from '../../ui/button.tsx';
import { Fold } from '../../ui/fold.tsx';
import { shortTypeName } from '../../ui/format.ts';
import { rename, renameProblem } from '../edits.ts';
import { FaultBox } from './fault-box.tsx';
import { LiveTotals } from './live-totals.tsx';
import { PlacementFields } from './placement-fields.tsx';
import { PortList } from './port-list.tsx';
import { DraftField } from './draft-field.tsx';
import { StateBadge } from './state-badge.tsx';
import { StateInspector } from './state-inspector.tsx';
import { SupervisorField } from './supervisors/supervisor-field.tsx';
import { TopicList } from './topic-list.tsx';
import styles from './properties.module.css';

interface ActorPropertiesProps {
  readonly linked: LinkedActor;
  readonly isReadOnly: boolean;
}

export function ActorProperties({ linked, isReadOnly }: ActorPropertiesProps): ReactElement {
  const { actor, kernel } = linked;
  const run = useActorRun(actor.id);
  const state = useProject((project) => visibleActorState(run, project.run.phase));
  const isLive = useProject(({ run: { phase } }) => phase === 'running' || phase === 'paused');
  return (
    <>
      <div className={styles['head']}>
        <h2 className={styles['title']} title={actor.id}>
          {actor.id}
        </h2>
        <StateBadge state={state} />
        <Button
          className={styles['push'] ?? ''}
          icon={<FileCode2 size={14} strokeWidth={1.35} />}
          onClick={() => runCommand('design.code')}
        >
          Code
        </Button>
      </div>
      <p className={styles['doc']}>{kernel?.doc ?? `Runs ${actor.kernel} of ${actor.source}.`}</p>
      <FaultBox id={actor.id} run={run} />
      <Fold title="Placement" end={kernel === undefined ? 'kernel not found' : undefined}>
        <DraftField
          label="Name"
          value={actor.id}
          isOff={isReadOnly}
          check={(name) => renameProblem(actor.id, name)}
          onChange={(name) => rename(actor.id, name)}
        />
        <PlacementFields actors={[linked]} isReadOnly={isReadOnly} />
        <SupervisorField ids={[actor.id]} isReadOnly={isReadOnly} />
        <DeviceNote run={run} />
      </Fold>
      {kernel?.state !== undefined &&
        (isLive && run !== undefined ? (
          <StateInspector id={actor.id} instances={run.instances} state={kernel.state} />
        ) : (
          <StateFields state={kernel.state} />
        ))}
      {kernel !== undefined && (
        <PortList
          id={actor.id}
          inputs={kernel.handlers.map(({ message: { name, doc } }) => ({ type: name, doc }))}
          outputs={kernel.outputs.map(({ name, message, doc }) => ({ name, type: message.name, doc }))}
          isReadOnly={isReadOnly}
        />
      )}
      <TopicList id={actor.id} isReadOnly={isReadOnly} />
      <LiveTotals id={actor.id} isLive={state !== 'stopped'} />
    </>
  );
}

function DeviceNote({ run }: { readonly run: ActorRunState | undefined }): ReactElement {
  const { kind, description } = useProject(({ run }) => run.device);
  const name = kind === 'cpu' ? 'the CPU device, which simulates a GPU' : 'CUDA';
  const size = run?.size === undefined || !isParallel(run.size) ? '' : `${describeSize(run.size)}, `;
  return (
    <p className={styles['note']}>
      Runs {size}on {description === '' ? name : description}.
    </p>
  );
}

/** The state as it begins: read only, because the source declares it. */
function StateFields({ state }: { readonly state: StructType }): ReactElement {
  return (
    <Fold title="State" end={<code>{shortTypeName(state.name)}</code>}>
      <ul>
        {state.fields.map((field) => (
          <li key={field.name} className={styles['row']} title={field.doc}>
            <b>{field.name}</b>
            <span className={styles['code']}>{cppName(field.type)}</span>
            <span className={styles['end']}>{field.default === undefined ? '0' : JSON.stringify(field.default)}</span>
          </li>
        ))}
        {state.fields.length === 0 && <li className={styles['row']}>no fields</li>}
      </ul>
    </Fold>
  );
}
