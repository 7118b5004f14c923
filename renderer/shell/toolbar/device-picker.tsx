import { ChevronDown, Cpu } from 'lucide-react';
import { DropdownMenu } from 'radix-ui';
import type { ReactElement } from 'react';

import type { DeviceKind } from '../../../app/device/device.ts';
import menu from '../../ui/menu.module.css';
import { useChosenDevice, useDevice } from '../device.store.ts';
import styles from './toolbar.module.css';

const labels: Readonly<Record<DeviceKind, string>> = {
  cpu: 'CPU (simulated)',
  cuda: 'CUDA: from the command line only',
};

/** The topology's device unless another one is chosen here; one is never replaced by another silently. */
export function DevicePicker(): ReactElement {
  const device = useChosenDevice();
  return (
    <DropdownMenu.Root>
      <DropdownMenu.Trigger className={styles['picker']} aria-label={`Device: ${labels[device]}`}>
        <Cpu size={16} strokeWidth={1.35} />
        <span>{labels[device]}</span>
        <ChevronDown size={12} strokeWidth={1.6} />
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content className={menu['menu']} align="start" sideOffset={4}>
          <DropdownMenu.RadioGroup
            value={device}
            onValueChange={(value) => useDevice.setState({ choice: value as DeviceKind })}
          >
            <DropdownMenu.RadioItem className={menu['item']} value="cpu">
              {labels.cpu}
            </DropdownMenu.RadioItem>
            <DropdownMenu.RadioItem className={menu['item']} value="cuda" disabled>
              {labels.cuda}
            </DropdownMenu.RadioItem>
          </DropdownMenu.RadioGroup>
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}
