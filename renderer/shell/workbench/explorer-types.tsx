import { useMemo, type ReactElement } from 'react';

import type { StructType } from '../../../app/model/message-type.ts';
import type { ProgramInfo } from '../../../app/model/program.ts';
import { useProject } from '../../stores/project.store.ts';
import { formatBytes, shortTypeName } from '../../ui/format.ts';
import { TypeDot } from '../../ui/type-dot.tsx';
import { matches, Section } from './explorer-section.tsx';
import styles from './explorer.module.css';

/** What actors handle and send, each once, in order of declaration. */
function messageTypes(programs: Readonly<Record<string, ProgramInfo>>): readonly StructType[] {
  const all = Object.values(programs)
    .flatMap(({ kernels }) => kernels)
    .flatMap(({ handlers, outputs }) => [...handlers, ...outputs].map(({ message }) => message));
  return [...new Map(all.map((type) => [type.typeId, type])).values()];
}

export function TypeSection({ filter }: { readonly filter: string }): ReactElement {
  const programs = useProject((state) => state.programs);
  const types = useMemo(() => messageTypes(programs), [programs]);
  return (
    <Section title="Message types" count={types.length}>
      {types
        .filter(({ name }) => matches(name, filter))
        .map((type) => (
          <li key={type.typeId} className={styles['item']} title={type.doc ?? type.name}>
            <TypeDot type={type.name} />
            <span className={styles['name']}>{shortTypeName(type.name)}</span>
            <span className={styles['end']}>{formatBytes(type.sizeBytes)}</span>
          </li>
        ))}
    </Section>
  );
}
