import { Copy, Download, Scale, Square } from 'lucide-react';
import type { ReactElement } from 'react';

import { comparisonLines } from '../../app/model/comparison/comparison-report.ts';
import type { ComparisonView } from '../../app/contract/comparison.ts';
import type { CudaStatus } from '../../app/contract/project.ts';
import { HOST_AWAY } from '../stores/connection.store.ts';
import { useChosenDevice } from '../stores/device.store.ts';
import { useProject } from '../stores/project.store.ts';
import { Button, IconButton } from '../ui/button.tsx';
import { type DeviceChoice, deviceLabel, devicesHere } from '../ui/device-choice.ts';
import { copyText, downloadLines } from '../ui/export-rows.ts';
import { SelectBox } from '../ui/field.tsx';
import { Switch } from '../ui/switch.tsx';
import { useCompareForm } from './compare-form.store.ts';
import { cancelComparison, compare } from './comparison-actions.ts';
import styles from './comparison.module.css';
import { useComparison } from './comparison.store.ts';
import { messagesOf, shownSource, useSources } from './message-sources.ts';

const icon = { size: 14, strokeWidth: 1.35 } as const;

/** With which messages, on which GPU, and the act. */
export function CompareBar({ cuda }: { readonly cuda: CudaStatus | undefined }): ReactElement {
  const { source: chosen, isUnordered, hasPrints } = useCompareForm();
  const options = useSources();
  const source = shownSource(options, chosen);
  const gpu = useGpu();
  const view = useComparison((state) => state.view);
  return (
    <div className={styles['bar']}>
      <label className={styles['source']}>
        Messages
        <SelectBox value={source} onChange={({ target }) => useCompareForm.setState({ source: target.value })}>
          {options.map((option) => (
            <option key={option.source} value={option.source}>
              {option.label}
            </option>
          ))}
        </SelectBox>
      </label>
      <GpuSelect cuda={cuda} gpu={gpu} />
      <Switch
        words="Prints"
        title="Compare what actors print, too. Counts from the next comparison on."
        isOn={hasPrints}
        onChange={(isOn) => useCompareForm.setState({ hasPrints: isOn })}
      />
      <Switch
        words="Any order"
        title="Match equal messages of an output wherever they stand"
        isOn={isUnordered}
        onChange={(isOn) => useCompareForm.setState({ isUnordered: isOn })}
      />
      <CompareButton
        isAvailable={cuda?.isAvailable === true}
        onCompare={() => void compare({ messages: messagesOf(source), gpu, hasPrints })}
      />
      <span className={styles['grow']} />
      <IconButton
        label="Copy the differences as JSON lines"
        icon={<Copy {...icon} />}
        disabled={view === undefined}
        onClick={() => view && copyText(linesOf(view).join('\n'), 'Copied as JSON lines')}
      />
      <IconButton
        label="Save the differences as JSON lines"
        icon={<Download {...icon} />}
        disabled={view === undefined}
        onClick={() => view && downloadLines('differences.jsonl', linesOf(view))}
      />
    </div>
  );
}

interface CompareButtonProps {
  readonly isAvailable: boolean;
  readonly onCompare: () => void;
}

function CompareButton({ isAvailable, onCompare }: CompareButtonProps): ReactElement {
  const isAsked = useComparison((state) => state.running !== undefined);
  const isGoing = useProject(({ comparison }) => comparison !== null && comparison.phase !== 'done');
  const isAway = useProject(({ run }) => run.phase === 'unknown');
  if (isGoing)
    return (
      <Button icon={<Square size={12} aria-hidden />} onClick={() => void cancelComparison()}>
        Cancel
      </Button>
    );
  return (
    <Button
      look="primary"
      icon={<Scale {...icon} aria-hidden />}
      disabled={!isAvailable || isAway || isAsked}
      {...(isAway && { title: HOST_AWAY })}
      onClick={onCompare}
    >
      Compare CPU and GPU
    </Button>
  );
}

/** Where there are several. */
function GpuSelect({
  cuda,
  gpu,
}: {
  readonly cuda: CudaStatus | undefined;
  readonly gpu: number;
}): ReactElement | null {
  const gpus = devicesHere(cuda).filter(isGpu);
  if (gpus.length < 2) return null;
  return (
    <label className={styles['source']}>
      GPU
      <SelectBox value={gpu} onChange={({ target }) => useCompareForm.setState({ gpu: Number(target.value) })}>
        {gpus.map((device) => (
          <option key={device.gpu} value={device.gpu}>
            {deviceLabel(device, cuda)}
          </option>
        ))}
      </SelectBox>
    </label>
  );
}

function useGpu(): number {
  const chosen = useCompareForm((state) => state.gpu);
  const device = useChosenDevice();
  return chosen ?? (device.device === 'cuda' ? device.gpu : 0);
}

function isGpu(device: DeviceChoice): device is Extract<DeviceChoice, { device: 'cuda' }> {
  return device.device === 'cuda';
}

/** As `ringstudio compare` writes them. */
function linesOf({ sides, comparison, tolerances, isUnordered }: ComparisonView): readonly string[] {
  const [left, right] = sides;
  const failed = sides.filter((side) => side.failed + side.deadLetters + side.undelivered > 0);
  return [
    ...comparisonLines({
      ...{ comparison, tolerances, isUnordered },
      names: [left.device, right.device],
      failed: failed.map(({ device }) => device),
    }),
  ];
}
