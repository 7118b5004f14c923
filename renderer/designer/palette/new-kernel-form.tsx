import { useState, type SyntheticEvent, type ReactElement } from 'react';

import { studio } from '../../bridge/client.ts';
import { toFailure } from '../../bridge/failure.ts';
import { useNavigation } from '../../stores/navigation.store.ts';
import { useProject } from '../../stores/project.store.ts';
import { openProjectId } from '../../stores/project-session.ts';
import { Button } from '../../ui/button.tsx';
import { Field, SelectBox, TextBox } from '../../ui/field.tsx';
import { useNewKernel } from './new-kernel.store.ts';
import styles from './palette.module.css';

const templates = [
  { value: 'kernel', label: 'Answers requests' },
  { value: 'source', label: 'Sends a stream' },
  { value: 'stateful', label: 'Keeps a state' },
  { value: 'empty', label: 'Empty file' },
] as const;
type Template = (typeof templates)[number]['value'];

const close = (): void => useNewKernel.setState({ isOpen: false });

/** Asks for a name and a template; makes the file and opens it. */
export function NewKernelForm(): ReactElement {
  const [name, setName] = useState('');
  const [template, setTemplate] = useState<Template>('kernel');
  const [failure, setFailure] = useState<string>();
  const files = useProject((state) => state.files);
  const problem = name === '' ? undefined : nameProblem(name, files);
  const submit = async (event: SyntheticEvent): Promise<void> => {
    event.preventDefault();
    if (name === '' || problem !== undefined) return;
    try {
      const { path } = await studio.files.create.mutate({ projectId: openProjectId(), path: `${name}.cu`, template });
      close();
      useNavigation.getState().openFile(path);
    } catch (error) {
      setFailure(toFailure(error).message);
    }
  };
  return (
    <form
      className={styles['form']}
      aria-label="New kernel"
      onSubmit={(event) => void submit(event)}
      onKeyDown={(event) => event.key === 'Escape' && close()}
    >
      <Field label="Name" error={problem ?? failure}>
        {(ids) => (
          <TextBox
            {...ids}
            autoFocus
            unit=".cu"
            value={name}
            onChange={(event) => {
              setName(event.target.value);
              setFailure(undefined);
            }}
          />
        )}
      </Field>
      <Field label="Template">
        {(ids) => (
          <SelectBox {...ids} value={template} onChange={(event) => setTemplate(event.target.value as Template)}>
            {templates.map(({ value, label }) => (
              <option key={value} value={value}>
                {label}
              </option>
            ))}
          </SelectBox>
        )}
      </Field>
      <div className={styles['buttons']}>
        <Button look="quiet" onClick={close}>
          Cancel
        </Button>
        <Button look="primary" type="submit" disabled={name === '' || problem !== undefined}>
          Create kernel
        </Button>
      </div>
    </form>
  );
}

function nameProblem(name: string, files: Readonly<Record<string, unknown>>): string | undefined {
  if (!/^[A-Za-z_]\w*$/.test(name)) return 'Use letters, digits and _, with a letter or _ first.';
  return `${name}.cu` in files ? `There is a file ${name}.cu already.` : undefined;
}
