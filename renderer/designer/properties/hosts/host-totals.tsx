import type { ReactElement } from 'react';

import type { TopologyHost } from '../../../../app/model/topology/topology.ts';
import { type HostLive, useLive } from '../../../stores/telemetry-history.ts';
import { formatCount } from '../../../ui/format.ts';
import { perSecond } from '../../canvas/live-text.ts';
import { Totals } from '../totals.tsx';

interface HostTotalsProps {
  readonly host: TopologyHost;
  readonly isLive: boolean;
}

/** What it has done since the start. */
export function HostTotals({ host, isLive }: HostTotalsProps): ReactElement {
  const live = useLive((telemetry) => telemetry?.hosts.get(host.id));
  return <Totals end="since the start" rows={live && rowsOf(host, live)} isLive={isLive} />;
}

function rowsOf({ host }: TopologyHost, live: HostLive): readonly (readonly [string, string])[] {
  const count = (name: string, value: number): readonly [string, string] => [name, formatCount(value)];
  const done =
    host === 'sink'
      ? [count('Received', live.received), count('Written', live.processed), count('Waiting', live.depth + live.inHand)]
      : [count('Sent', live.sent)];
  const failed = live.failed === 0 ? [] : [count('Not written', live.failed)];
  const refused = Object.entries(live.refused).map(([code, value]) => count(`Refused, ${code}`, value));
  return [['Rate', perSecond(live.rate)], ...done, ...failed, ...refused, ...Object.entries(live.own).map(ownRow)];
}

/** `badLines` → `Bad lines` */
function ownRow([name, value]: readonly [string, number]): readonly [string, string] {
  const words = name.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
  return [`${words.charAt(0).toUpperCase()}${words.slice(1)}`, formatCount(value)];
}
