import { ChevronDown, Cpu } from 'lucide-react';
import { DropdownMenu } from 'radix-ui';
import type { ReactElement } from 'react';

import { studio } from '../../bridge/client.ts';
import { useQueryOnce } from '../../bridge/query-once.ts';
import menu from '../../ui/menu.module.css';
import { useChosenDevice, useDevice } from '../../stores/device.store.ts';
import { type DeviceChoice, deviceLabel, devicesHere } from '../../ui/device-choice.ts';
import styles from './toolbar.module.css';

/** The topology's device unless another one is chosen here; one is never replaced by another silently. */
export function DevicePicker(): ReactElement {
  const chosen = useChosenDevice();
  const cuda = useQueryOnce(() => studio.machine.query())?.cuda;
  const label = deviceLabel(chosen, cuda);
  return (
    <DropdownMenu.Root>
      <DropdownMenu.Trigger className={styles['picker']} aria-label={`Device: ${label}`} title={label}>
        <Cpu size={16} strokeWidth={1.35} />
        <span className={styles['device']}>{label}</span>
        <ChevronDown size={12} strokeWidth={1.6} />
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content className={menu['menu']} align="start" sideOffset={4}>
          <DropdownMenu.RadioGroup value={keyOf(chosen)}>
            {devicesHere(cuda).map((device) => (
              <DropdownMenu.RadioItem
                key={keyOf(device)}
                className={menu['item']}
                value={keyOf(device)}
                onSelect={() => useDevice.setState({ choice: device })}
              >
                {deviceLabel(device, cuda)}
              </DropdownMenu.RadioItem>
            ))}
            {cuda?.isAvailable === false && (
              <DropdownMenu.RadioItem
                className={menu['item']}
                value={keyOf({ device: 'cuda', gpu: 0 })}
                disabled
                title={`${cuda.reason} ${cuda.remedy}`}
              >
                CUDA: {cuda.summary}
              </DropdownMenu.RadioItem>
            )}
          </DropdownMenu.RadioGroup>
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}

function keyOf(choice: DeviceChoice): string {
  return choice.device === 'cpu' ? 'cpu' : `cuda ${choice.gpu}`;
}
