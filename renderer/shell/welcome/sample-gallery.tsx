import { useState, type ReactElement } from 'react';

import type { SampleSummary } from '../../../app/contract/project.ts';
import type { Topology } from '../../../app/model/topology/topology.ts';
import { studio } from '../../bridge/client.ts';
import { toFailure } from '../../bridge/failure.ts';
import { useQueryOnce } from '../../bridge/query-once.ts';
import { showFailure } from '../../stores/toasts.store.ts';
import { goToProject } from '../route.ts';
import { TopologyPicture } from './topology-picture.tsx';
import styles from './welcome.module.css';

export function SampleGallery(): ReactElement {
  const samples = useQueryOnce(() => studio.projects.samples.query());
  const [opening, setOpening] = useState<string>();
  const open = async (name: string): Promise<void> => {
    setOpening(name);
    try {
      goToProject(await studio.projects.openSample.mutate(name));
    } catch (error) {
      setOpening(undefined);
      showFailure('The sample was not opened', toFailure(error));
    }
  };
  return (
    <section className={styles['samples']} aria-label="Samples">
      <h2>Samples</h2>
      <p className={styles['lead']}>Each one opens as your own copy and runs without a GPU.</p>
      <ul className={styles['gallery']}>
        {samples?.map((sample) => (
          <li key={sample.name}>
            <SampleCard sample={sample} isOpening={opening === sample.name} onOpen={() => void open(sample.name)} />
          </li>
        ))}
      </ul>
    </section>
  );
}

function SampleCard({
  sample,
  isOpening,
  onOpen,
}: {
  readonly sample: SampleSummary;
  readonly isOpening: boolean;
  readonly onOpen: () => void;
}): ReactElement {
  const { title, description, actorCount, topology } = sample;
  return (
    <button type="button" className={styles['card']} aria-busy={isOpening} onClick={onOpen}>
      <TopologyPicture topology={topology as unknown as Topology} />
      <span className={styles['cardTitle']}>{title}</span>
      <span className={styles['cardText']}>{description}</span>
      <span className={styles['cardNote']}>
        {isOpening ? 'Opening…' : actorCount === 1 ? '1 actor' : `${actorCount} actors`}
      </span>
    </button>
  );
}
