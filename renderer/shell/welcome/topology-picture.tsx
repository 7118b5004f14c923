import type { ReactElement } from 'react';

import { channelEnds, type Topology } from '../../../app/model/topology/topology.ts';
import styles from './welcome.module.css';

const WIDTH = 240;
const HEIGHT = 150;
const BOX = { width: 34, height: 20 } as const;

interface Box {
  readonly id: string;
  readonly x: number;
  readonly y: number;
}

/** Columns by the longest way from a source; small enough that nothing cleverer is needed. */
function place({ actors, channels = [] }: Topology): readonly Box[] {
  const column = new Map(actors.map(({ id }) => [id, 0]));
  const links = channels.map(channelEnds).filter(({ actorId, targetId }) => actorId !== targetId);
  for (let round = 0; round < actors.length; round++) {
    for (const { actorId, targetId } of links) {
      const next = (column.get(actorId) ?? 0) + 1;
      const isForward = actors.findIndex(({ id }) => id === actorId) < actors.findIndex(({ id }) => id === targetId);
      if (isForward && next > (column.get(targetId) ?? 0)) column.set(targetId, next);
    }
  }
  const width = Math.max(0, ...column.values());
  return actors.map(({ id }) => {
    const own = column.get(id) ?? 0;
    const peers = actors.filter((other) => column.get(other.id) === own);
    const row = peers.findIndex((other) => other.id === id);
    return {
      id,
      x: width === 0 ? WIDTH / 2 : 32 + (own * (WIDTH - 64)) / width,
      y: (HEIGHT * (row + 1)) / (peers.length + 1),
    };
  });
}

/** The sample's real actors and channels. */
export function TopologyPicture({ topology }: { readonly topology: Topology }): ReactElement {
  const boxes = place(topology);
  const at = (id: string): Box | undefined => boxes.find((box) => box.id === id);
  return (
    <svg className={styles['picture']} viewBox={`0 0 ${WIDTH} ${HEIGHT}`} aria-hidden>
      {(topology.channels ?? []).map((channel) => {
        const { actorId, targetId } = channelEnds(channel);
        const from = at(actorId);
        const to = at(targetId);
        if (from === undefined || to === undefined) return null;
        return <path key={`${channel.from}>${channel.to}`} d={curve(from, to)} />;
      })}
      {boxes.map(({ id, x, y }) => (
        <rect key={id} x={x - BOX.width / 2} y={y - BOX.height / 2} {...BOX} rx="3" />
      ))}
    </svg>
  );
}

function curve(from: Box, to: Box): string {
  const start = from.x + BOX.width / 2;
  const end = to.x - BOX.width / 2;
  if (from === to) {
    const low = from.y + BOX.height / 2;
    return `M${from.x + 8} ${low}C${from.x + 22} ${low + 30} ${from.x - 22} ${low + 30} ${from.x - 8} ${low}`;
  }
  if (end <= start) {
    const low = Math.max(from.y, to.y) + BOX.height / 2 + 24;
    return `M${from.x} ${from.y + BOX.height / 2}C${from.x} ${low} ${to.x} ${low} ${to.x - 4} ${to.y + BOX.height / 2}`;
  }
  const middle = (start + end) / 2;
  return `M${start} ${from.y}C${middle} ${from.y} ${middle} ${to.y} ${end} ${to.y}`;
}
