import type { ReactElement, ReactNode } from 'react';

import type { LaunchView } from '../../../app/contract/functions.ts';
import { valueText } from './value-text.ts';
import styles from './buffers.module.css';
import { ViewFrame } from './view-frame.tsx';

/** The `__constant__` and `__device__` variables as they were after the launch. */
export function VariablesView({
  launch,
  tabs,
}: {
  readonly launch: LaunchView;
  readonly tabs: ReactNode;
}): ReactElement {
  return (
    <ViewFrame tabs={tabs}>
      <div className={styles['scroller']} tabIndex={0} role="group" aria-label="Variables after the launch">
        <table className={styles['variables']}>
          <thead>
            <tr>
              <th scope="col">Variable</th>
              <th scope="col">Type</th>
              <th scope="col">After the launch</th>
            </tr>
          </thead>
          <tbody>
            {launch.symbols.map(({ name, type, value }) => (
              <tr key={name}>
                <th scope="row">{name}</th>
                <td>
                  <code>{type}</code>
                </td>
                <td>
                  <code>{valueText(value)}</code>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </ViewFrame>
  );
}
