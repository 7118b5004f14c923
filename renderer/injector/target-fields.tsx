import { Pin } from 'lucide-react';
import type { ReactElement } from 'react';

import type { StructType } from '../../app/model/message-type.ts';
import { useProject } from '../stores/project.store.ts';
import { visibleActorState } from '../ui/actor-state.ts';
import { IconButton } from '../ui/button.tsx';
import { Field, SelectBox, TextBox } from '../ui/field.tsx';
import { formatBytes, shortTypeName } from '../ui/format.ts';
import { PickerBox } from '../ui/picker-box.tsx';
import { StateGlyph } from '../ui/state-glyph.tsx';
import { TypeDot } from '../ui/type-dot.tsx';
import styles from './injector.module.css';
import { useInjector } from './injector.store.ts';
import type { Target } from './targets.ts';
import { chooseInstance, chooseType, followSelection, pinTarget } from './use-injection.ts';

interface TargetFieldsProps {
  readonly targets: readonly Target[];
  readonly target: Target;
  readonly type: StructType | undefined;
}

/** To whom, to which instance, and what. */
export function TargetFields({ targets, target, type }: TargetFieldsProps): ReactElement {
  return (
    <div className={styles['target']}>
      <ToField targets={targets} target={target} />
      {target.instances > 1 && <InstanceField target={target} />}
      <MessageField target={target} type={type} />
    </div>
  );
}

function ToField({ targets, target }: { readonly targets: readonly Target[]; readonly target: Target }): ReactElement {
  const run = useProject((state) => state.run);
  const isPinned = useInjector((state) => state.pinned !== undefined);
  const state = visibleActorState(
    run.actors.find(({ id }) => id === target.id),
    run.phase,
  );
  return (
    <Field label="To">
      {(ids) => (
        <span className={styles['to']}>
          <PickerBox
            {...ids}
            before={<StateGlyph state={state} />}
            after={target.kernel === target.id ? undefined : target.kernel}
            value={target.id}
            onChange={({ target: select }) => pinTarget(select.value)}
          >
            {targets.map(({ id }) => (
              <option key={id}>{id}</option>
            ))}
          </PickerBox>
          <IconButton
            label={isPinned ? 'Follow the selection' : `Keep ${target.id}, whatever is selected`}
            icon={<Pin size={14} fill={isPinned ? 'currentColor' : 'none'} />}
            aria-pressed={isPinned}
            onClick={() => (isPinned ? followSelection() : pinTarget(target.id))}
          />
        </span>
      )}
    </Field>
  );
}

/** More instances than these are typed, not picked. */
const PICKED = 64;

function InstanceField({ target }: { readonly target: Target }): ReactElement {
  const chosen = useInjector((state) => state.instances[target.id] ?? '');
  const isWrong = chosen !== '' && !(/^\d+$/.test(chosen) && Number(chosen) < target.instances);
  const error = isWrong ? `Use 0 to ${target.instances - 1}, or leave it empty for any` : undefined;
  return (
    <Field label="Instance" error={error}>
      {(ids) =>
        target.instances > PICKED ? (
          <TextBox
            {...ids}
            placeholder="any"
            unit={`of ${target.instances}`}
            value={chosen}
            onChange={(event) => chooseInstance(target, event.target.value)}
          />
        ) : (
          <SelectBox {...ids} value={chosen} onChange={(event) => chooseInstance(target, event.target.value)}>
            <option value="">any of {target.instances}, in turn</option>
            {Array.from({ length: target.instances }, (_, index) => (
              <option key={index} value={index}>{`${target.id}#${index}`}</option>
            ))}
          </SelectBox>
        )
      }
    </Field>
  );
}

function MessageField({ target, type }: { readonly target: Target; readonly type: StructType | undefined }) {
  if (type === undefined) return <></>;
  return (
    <Field label="Message">
      {(ids) => (
        <PickerBox
          {...ids}
          before={<TypeDot type={type.name} />}
          after={formatBytes(type.sizeBytes)}
          title={type.doc}
          value={type.name}
          onChange={(event) => chooseType(target, event.target.value)}
        >
          {target.types.map(({ name }) => (
            <option key={name} value={name}>
              {shortTypeName(name)}
            </option>
          ))}
        </PickerBox>
      )}
    </Field>
  );
}
