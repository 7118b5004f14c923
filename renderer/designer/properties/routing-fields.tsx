import type { ReactElement } from 'react';

import { keyChoices, type KeyChoice } from '../../../app/model/message-key.ts';
import type { StructType } from '../../../app/model/message-type.ts';
import type { TopologyChannel } from '../../../app/model/topology/topology.ts';
import { Field, SelectBox } from '../../ui/field.tsx';
import { changeRouting } from '../message-edits.ts';

interface RoutingFieldsProps {
  readonly channel: TopologyChannel;
  /** Absent where the source is not compiled. */
  readonly message: StructType | undefined;
  readonly instances: number;
  readonly isReadOnly: boolean;
}

/** Which instances of the target get a message. */
export function RoutingFields({ channel, message, instances, isReadOnly }: RoutingFieldsProps): ReactElement {
  const { routing = 'roundRobin', to } = channel;
  const choices = message === undefined ? [] : keyChoices(message);
  const firstKey = choices.find(({ problem }) => problem === undefined)?.name;
  const isByKey = typeof routing === 'object';
  const change = (value: string): void => {
    if (value !== 'key') changeRouting(channel, value === 'broadcast' ? 'broadcast' : 'roundRobin');
    else if (firstKey !== undefined) changeRouting(channel, { key: firstKey });
  };
  return (
    <>
      <Field label="Instances" note={instances === 1 ? `${to} has 1 instance, which gets all.` : meaning(channel)}>
        {(ids) => (
          <SelectBox
            {...ids}
            disabled={isReadOnly}
            value={isByKey ? 'key' : routing}
            onChange={({ target: { value } }) => change(value)}
          >
            <option value="roundRobin">Take turns</option>
            <option value="key" disabled={firstKey === undefined && !isByKey}>
              {firstKey === undefined && !isByKey ? 'By key (no field can be one)' : 'By key'}
            </option>
            <option value="broadcast">Every instance</option>
          </SelectBox>
        )}
      </Field>
      {isByKey && <KeyField {...{ channel, choices, isReadOnly, value: routing.key }} />}
    </>
  );
}

function meaning({ routing = 'roundRobin' }: TopologyChannel): string {
  if (typeof routing === 'object') return 'Equal values always go to the same instance.';
  return routing === 'broadcast' ? 'Each instance gets every message.' : 'Each message goes to the next instance.';
}

interface KeyFieldProps {
  readonly channel: TopologyChannel;
  readonly choices: readonly KeyChoice[];
  readonly value: string;
  readonly isReadOnly: boolean;
}

/** Fields that cannot be keys are there, and cannot be chosen. */
function KeyField({ channel, choices, value, isReadOnly }: KeyFieldProps): ReactElement {
  const chosen = choices.find(({ name }) => name === value);
  const error = choices.length > 0 && chosen === undefined ? `The message has no field '${value}'.` : chosen?.problem;
  return (
    <Field label="Key" error={error}>
      {(ids) => (
        <SelectBox
          {...ids}
          disabled={isReadOnly}
          value={value}
          onChange={(event) => changeRouting(channel, { key: event.target.value })}
        >
          {chosen === undefined && <option>{value}</option>}
          {choices.map(({ name, problem }) => (
            <option key={name} value={name} disabled={problem !== undefined} title={problem}>
              {problem === undefined ? name : `${name} (${problem.replace(/^.*: /, '').replace(/\.$/, '')})`}
            </option>
          ))}
        </SelectBox>
      )}
    </Field>
  );
}
