import { Plus, X } from 'lucide-react';
import { useMemo, useState, type ReactElement, type SyntheticEvent } from 'react';

import { bigintsAsText } from '../../app/model/bigints-as-text.ts';
import { formToJson } from '../../app/model/message-form/form-json.ts';
import { formFromJson } from '../../app/model/message-form/form-value.ts';
import type { StructType } from '../../app/model/message-type.ts';
import { useProject } from '../stores/project.store.ts';
import { useTopology } from '../stores/topology.store.ts';
import { Button, IconButton } from '../ui/button.tsx';
import { TextBox } from '../ui/field.tsx';
import { checkDraft, type Draft, type JsonMessage, withMessage } from './draft.ts';
import styles from './injector.module.css';
import { deletePreset, type Preset, savePreset, topologyPresets, usePresets } from './presets.ts';
import type { Target } from './targets.ts';

interface PresetChipsProps {
  readonly target: Target;
  readonly type: StructType;
  readonly draft: Draft;
  readonly setDraft: (draft: Draft) => void;
}

/** Saved messages of this type; the one that the form shows is lit. */
export function PresetChips({ target, type, draft, setDraft }: PresetChipsProps): ReactElement {
  const [isNaming, setIsNaming] = useState(false);
  const own = usePresets((state) => state.byType[type.name]) ?? [];
  const fromTopology = useTopologyPresets(target.id, type.name);
  const checked = checkDraft(draft);
  const shown = checked.kind === 'message' ? JSON.stringify(checked.message) : undefined;
  const isShown = ({ message }: Preset): boolean => JSON.stringify(filled(type, message)) === shown;
  const apply = ({ message }: Preset): void => setDraft(withMessage(draft, message));
  return (
    <div className={styles['presets']} role="group" aria-label="Presets">
      {fromTopology.map((preset) => (
        <Chip key={preset.name} preset={preset} isOn={isShown(preset)} onApply={() => apply(preset)} />
      ))}
      {own.map((preset) => (
        <Chip
          key={preset.name}
          preset={preset}
          isOn={isShown(preset)}
          onApply={() => apply(preset)}
          onDelete={() => deletePreset(type.name, preset.name)}
        />
      ))}
      {isNaming ? (
        <NameForm
          taken={own.map(({ name }) => name)}
          onDone={(name) => {
            setIsNaming(false);
            if (name !== undefined && checked.kind === 'message')
              savePreset(type.name, { name, message: checked.message });
          }}
        />
      ) : (
        <IconButton
          label={checked.kind === 'message' ? 'Save as a preset' : 'Save as a preset: mend the message first'}
          icon={<Plus size={12} />}
          disabled={checked.kind !== 'message'}
          onClick={() => setIsNaming(true)}
        />
      )}
    </div>
  );
}

function useTopologyPresets(actorId: string, typeName: string): readonly Preset[] {
  const topology = useTopology((state) => state.topology);
  const programs = useProject((state) => state.programs);
  return useMemo(
    () => (topology === undefined ? [] : topologyPresets({ topology, programs }, actorId, typeName)),
    [topology, programs, actorId, typeName],
  );
}

function filled(type: StructType, message: JsonMessage): JsonMessage {
  return formToJson(type, formFromJson(type, message).value);
}

interface ChipProps {
  readonly preset: Preset;
  readonly isOn: boolean;
  readonly onApply: () => void;
  readonly onDelete?: () => void;
}

function Chip({ preset, isOn, onApply, onDelete }: ChipProps): ReactElement {
  return (
    <span className={`${styles['chip']} ${isOn ? styles['chipOn'] : ''}`}>
      <button
        type="button"
        aria-pressed={isOn}
        title={JSON.stringify(preset.message, bigintsAsText)}
        onClick={onApply}
        onKeyDown={(event) => event.key === 'Delete' && onDelete?.()}
      >
        {preset.name}
      </button>
      {onDelete !== undefined && (
        <button
          type="button"
          className={styles['chipDelete']}
          aria-label={`Delete the preset ${preset.name}`}
          onClick={onDelete}
        >
          <X size={10} aria-hidden />
        </button>
      )}
    </span>
  );
}

interface NameFormProps {
  readonly taken: readonly string[];
  readonly onDone: (name: string | undefined) => void;
}

function NameForm({ taken, onDone }: NameFormProps): ReactElement {
  const [name, setName] = useState('');
  const trimmed = name.trim();
  const submit = (event: SyntheticEvent): void => {
    event.preventDefault();
    if (trimmed !== '') onDone(trimmed);
  };
  return (
    <form className={styles['naming']} onSubmit={submit}>
      <TextBox
        aria-label="Name of the preset"
        placeholder="Name"
        autoFocus
        maxLength={64}
        list="preset-names"
        value={name}
        onChange={({ target }) => setName(target.value)}
        onKeyDown={(event) => {
          if (event.key === 'Escape') onDone(undefined);
        }}
      />
      <datalist id="preset-names">
        {taken.map((other) => (
          <option key={other} value={other} />
        ))}
      </datalist>
      <Button type="submit" disabled={trimmed === ''}>
        {taken.includes(trimmed) ? 'Overwrite' : 'Save'}
      </Button>
      <IconButton label="Do not save" icon={<X size={12} />} onClick={() => onDone(undefined)} />
    </form>
  );
}
