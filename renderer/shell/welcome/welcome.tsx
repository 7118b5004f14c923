import { useState, type ReactElement } from 'react';

import { MachinePanel } from './machine-panel.tsx';
import { Notices } from './notices.tsx';
import { SampleGallery } from './sample-gallery.tsx';
import { StartPanel } from './start-panel.tsx';
import styles from './welcome.module.css';

/** First start: a sample is one click from running. */
export function Welcome(): ReactElement {
  const [forgotten, setForgotten] = useState(0);
  return (
    <main className={styles['welcome']}>
      <Notices onForgotten={() => setForgotten(forgotten + 1)} />
      <StartPanel key={forgotten} />
      <SampleGallery />
      <MachinePanel />
    </main>
  );
}
