import type { ReactElement } from 'react';

import { mostActors } from '../../../app/model/most-actors.ts';
import type { LinkedActor } from '../../../app/model/topology/linked-actor.ts';
import { actorSettings, type OverflowPolicy } from '../../../app/model/topology/topology.ts';
import { Field, SelectBox } from '../../ui/field.tsx';
import { changeActors } from '../edits.ts';
import { NumberField } from './number-field.tsx';
import { SizeFields } from './size-fields.tsx';
import { between, checkCapacity, overflowPolicies } from './setting-rules.ts';

interface PlacementFieldsProps {
  readonly actors: readonly LinkedActor[];
  readonly isReadOnly: boolean;
}

/** The launch settings that the actors share; "various" where they differ. */
export function PlacementFields({ actors, isReadOnly }: PlacementFieldsProps): ReactElement {
  const ids = actors.map(({ actor }) => actor.id);
  const settings = actors.map(({ actor }) => actorSettings(actor));
  const common = { isOff: isReadOnly };
  const instances = same(settings.map((entry) => entry.instances));
  const capacity = same(settings.map((entry) => entry.capacity));
  const dedup = same(settings.map((entry) => entry.dedup));
  const outbox = same(settings.map((entry) => entry.outbox));
  return (
    <>
      <NumberField
        {...{ ...common, ...isVarious(instances), label: 'Instances', value: instances, check: between(1, mostActors) }}
        onChange={(value) => changeActors(ids, { instances: value })}
      />
      <SizeFields actors={actors} isOff={isReadOnly} />
      <NumberField
        {...{
          ...common,
          ...isVarious(capacity),
          label: 'Queue',
          unit: 'messages',
          value: capacity,
          check: checkCapacity,
        }}
        onChange={(value) => changeActors(ids, { capacity: value })}
      />
      <NumberField
        {...{
          ...common,
          ...isVarious(outbox),
          label: 'Outbox',
          unit: 'messages',
          value: outbox,
          check: between(1, 65_536),
        }}
        onChange={(value) => changeActors(ids, { outbox: value })}
      />
      <NumberField
        {...{ ...common, label: 'Urgent queue', unit: 'messages', check: checkCapacity }}
        value={same(actors.map(({ actor }) => actor.queue?.urgent ?? 0)) || undefined}
        placeholder={same(settings.map((entry) => entry.urgent))?.toString() ?? 'various'}
        onChange={(value) => changeActors(ids, { urgent: value })}
      />
      <NumberField
        {...{
          ...common,
          ...isVarious(dedup),
          label: 'Remembers',
          unit: 'keys',
          value: dedup,
          check: between(0, 1_048_576),
        }}
        onChange={(value) => changeActors(ids, { dedup: value })}
      />
      <OverflowField ids={ids} policy={same(settings.map((entry) => entry.overflow))} isOff={isReadOnly} />
    </>
  );
}

interface OverflowFieldProps {
  readonly ids: readonly string[];
  readonly policy: OverflowPolicy | undefined;
  readonly isOff: boolean;
}

function OverflowField({ ids, policy, isOff }: OverflowFieldProps): ReactElement {
  const shown = overflowPolicies.find((entry) => entry.policy === policy);
  return (
    <Field label="When full" note={shown?.explanation}>
      {(fieldIds) => (
        <SelectBox
          {...fieldIds}
          disabled={isOff}
          value={policy ?? ''}
          onChange={(event) => changeActors(ids, { overflow: event.target.value as OverflowPolicy })}
        >
          {policy === undefined && <option value="">various</option>}
          {overflowPolicies.map((entry) => (
            <option key={entry.policy} value={entry.policy} title={entry.explanation}>
              {entry.label}
            </option>
          ))}
        </SelectBox>
      )}
    </Field>
  );
}

const isVarious = (value: unknown): { placeholder?: string } => (value === undefined ? { placeholder: 'various' } : {});

/** The value that all have; undefined when they differ. */
function same<T>(values: readonly T[]): T | undefined {
  return values.every((value) => value === values[0]) ? values[0] : undefined;
}
