import type { ReactElement } from 'react';

import { type HostChanges, hostChangeProblem } from '../../../../app/model/topology/edit/edit-hosts.ts';
import { hostDefaults } from '../../../../app/model/topology/host-schema.ts';
import type { TopologyHost } from '../../../../app/model/topology/topology.ts';
import { Field, SelectBox } from '../../../ui/field.tsx';
import { changeHostActor } from '../../host-edits.ts';
import { DraftField } from '../draft-field.tsx';
import { numberOf } from '../number-text.ts';
import { type NumberSetting, numberSettings } from './number-settings.ts';

interface HostSettingsProps {
  readonly host: TopologyHost;
  readonly isReadOnly: boolean;
}

/** What the kind can be told. */
export function HostSettings({ host, isReadOnly: isOff }: HostSettingsProps): ReactElement {
  return (
    <>
      {'file' in host && <FileField host={host} isOff={isOff} />}
      {numberSettings[host.host].map((setting) => (
        <NumberField key={setting.key} host={host} setting={setting} isOff={isOff} />
      ))}
      {host.host === 'replay' && (
        <>
          <DraftField
            label="Time field"
            value={host.timeField ?? ''}
            placeholder="none"
            isOff={isOff}
            onChange={(text) => changeHostActor(host.id, 'the time field', { timeField: orNothing(text) })}
          />
          <Choice
            {...{ isOff, label: 'Bad lines', value: host.badLines ?? hostDefaults.badLines, choices: badLines }}
            onChange={(value) => changeHostActor(host.id, 'what happens to bad lines', { badLines: value })}
          />
        </>
      )}
      {'file' in host && (
        <Choice
          {...{ isOff, label: 'A line holds', value: host.content ?? hostDefaults.content, choices: contents }}
          onChange={(value) => changeHostActor(host.id, 'what a line holds', { content: value })}
        />
      )}
      {host.host === 'sink' && (
        <Choice
          {...{ isOff, label: 'Earlier file', value: host.mode ?? hostDefaults.mode, choices: modes }}
          onChange={(value) => changeHostActor(host.id, 'what happens to an earlier file', { mode: value })}
        />
      )}
    </>
  );
}

const contents = [
  { value: 'message', label: 'The message', note: 'Its fields only.' },
  { value: 'envelope', label: 'An envelope', note: 'Time, sender, type and message; JSON lines only.' },
] as const;
const badLines = [
  { value: 'stop', label: 'Stop', note: 'The first line that is no message ends the replay, which has failed.' },
  { value: 'skip', label: 'Skip', note: 'They are counted.' },
] as const;
const modes = [
  { value: 'replace', label: 'Replace', note: 'The file appears when the run ends.' },
  { value: 'append', label: 'Append', note: 'Lines are added as they come.' },
] as const;

const orNothing = (text: string): string | undefined => (text === '' ? undefined : text);

interface OneProps {
  readonly host: TopologyHost;
  readonly isOff: boolean;
}

function FileField({ host, isOff }: OneProps & { readonly host: { readonly file: string } }): ReactElement {
  return (
    <DraftField
      label="File"
      value={host.file}
      isOff={isOff}
      check={(file) => hostChangeProblem(host, { file })}
      onChange={(file) => changeHostActor(host.id, 'the file', { file })}
    />
  );
}

function NumberField({ host, setting, isOff }: OneProps & { readonly setting: NumberSetting }): ReactElement {
  const { key, label, what, unit, absent, rule } = setting;
  const value = new Map<string, unknown>(Object.entries(host)).get(key);
  const read = (text: string): HostChanges => ({ [key]: text === '' ? undefined : numberOf(text) });
  return (
    <DraftField
      {...{ label, unit, isOff }}
      inputMode="numeric"
      value={typeof value === 'number' ? String(value) : ''}
      placeholder={absent}
      check={(text) => (hostChangeProblem(host, read(text)) === undefined ? undefined : rule)}
      onChange={(text) => changeHostActor(host.id, what, read(text))}
    />
  );
}

interface ChoiceProps<Value extends string> {
  readonly label: string;
  readonly value: Value;
  readonly choices: readonly { readonly value: Value; readonly label: string; readonly note: string }[];
  readonly isOff: boolean;
  readonly onChange: (value: Value) => void;
}

function Choice<Value extends string>({ label, value, choices, isOff, onChange }: ChoiceProps<Value>): ReactElement {
  return (
    <Field label={label} note={choices.find((choice) => choice.value === value)?.note}>
      {(ids) => (
        <SelectBox {...ids} disabled={isOff} value={value} onChange={(event) => onChange(event.target.value as Value)}>
          {choices.map((choice) => (
            <option key={choice.value} value={choice.value}>
              {choice.label}
            </option>
          ))}
        </SelectBox>
      )}
    </Field>
  );
}
