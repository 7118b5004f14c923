import { Grid3x3 } from 'lucide-react';
import type { ReactElement } from 'react';

import { useNavigation } from '../../stores/navigation.store.ts';
import { Field } from '../../ui/field.tsx';
import { PickerBox } from '../../ui/picker-box.tsx';
import { chooseFunction, draftKey, type Launchable } from './launch-form.store.ts';
import styles from './launch.module.css';

/** Which function, what it says of itself, and where it is. */
export function FunctionHead({
  shown,
  all,
}: {
  readonly shown: Launchable;
  readonly all: readonly Launchable[];
}): ReactElement {
  const openFile = useNavigation((state) => state.openFile);
  const paths = [...new Set(all.map(({ path }) => path))];
  const { location, doc, name } = shown.info;
  const choose = (key: string): void => {
    const chosen = all.find((one) => draftKey(one) === key);
    if (chosen !== undefined) chooseFunction(chosen.path, chosen.info.name);
  };
  return (
    <div className={styles['head']}>
      <Field label="Function">
        {(ids) => (
          <PickerBox
            {...ids}
            before={<Grid3x3 size={12} strokeWidth={1.35} />}
            title={`${shown.path}: ${name}`}
            value={draftKey(shown)}
            onChange={({ target }) => choose(target.value)}
          >
            {paths.map((path) => (
              <optgroup key={path} label={path}>
                {all
                  .filter((one) => one.path === path)
                  .map((one) => (
                    <option key={draftKey(one)} value={draftKey(one)}>
                      {one.info.name}
                    </option>
                  ))}
              </optgroup>
            ))}
          </PickerBox>
        )}
      </Field>
      <p className={styles['about']}>
        <button type="button" className={styles['link']} onClick={() => openFile(location.file, location)}>
          {location.file}:{location.line}
        </button>
        {doc !== undefined && <span title={doc}>{doc}</span>}
      </p>
    </div>
  );
}
