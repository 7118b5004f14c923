import type { ReactElement } from 'react';

import { MachinePanel } from './machine-panel.tsx';
import { SampleGallery } from './sample-gallery.tsx';
import { StartPanel } from './start-panel.tsx';
import styles from './welcome.module.css';

/** First start: a sample is one click from running. */
export function Welcome(): ReactElement {
  return (
    <main className={styles['welcome']}>
      <StartPanel />
      <SampleGallery />
      <MachinePanel />
    </main>
  );
}
