import { BaseEdge, type Edge, EdgeLabelRenderer, type EdgeProps, getBezierPath, useStore } from '@xyflow/react';
import { memo, type CSSProperties, type ReactElement } from 'react';

import { useLiveValue } from '../../stores/live-value.ts';
import { useProject } from '../../stores/project.store.ts';
import { channelIndex } from '../../stores/run-index.ts';
import { useSelection } from '../../stores/selection.store.ts';
import { formatCount, formatMicros } from '../../ui/format.ts';
import { type Overlay, useDesigner } from '../designer.store.ts';
import styles from './channel-edge.module.css';
import { rateText } from './live-text.ts';
import { loopPath } from './loop-path.ts';
import type { EdgeContent } from './node-content.ts';

export type ChannelEdgeType = Edge<{ readonly content: EdgeContent }, 'channel'>;

const stillWidth = 1.5;

/** Width by messages per second; 0 of nothing moves. */
export function edgeWidth(rate: number): number {
  if (rate <= 0) return 0;
  if (rate <= 100) return 1.5;
  if (rate <= 10_000) return 2.5;
  return rate <= 100_000 ? 3.5 : 5;
}

/** A channel: the hue of its type, as thick as it is busy, dashed while nothing moves. */
export const ChannelEdge = memo(function ChannelEdge(props: EdgeProps<ChannelEdgeType>): ReactElement | null {
  const { data, selected = false } = props;
  const { path, labelX, labelY } = usePath(props);
  const content = data?.content;
  const rate = useChannelRateClass(content?.key ?? '');
  const isFull = useIsFull(content);
  const isNear = useSelection(
    ({ actorIds }) => content !== undefined && (actorIds.includes(content.source) || actorIds.includes(content.target)),
  );
  if (content === undefined) return null;
  const isStill = rate === 0 || isFull;
  const classes = [styles['edge'], isStill && styles['still'], (isNear || selected) && styles['near']];
  if (selected) classes.push(styles['selected']);
  const style: CSSProperties = { strokeWidth: rate === 0 ? stillWidth : rate };
  if (content.hue > 0) style.stroke = `var(--ty-${content.hue})`;
  return (
    <>
      {selected && <path d={path} className={styles['halo']} />}
      <BaseEdge path={path} className={classes.filter(Boolean).join(' ')} style={style} interactionWidth={16} />
      <EdgeLabel content={content} isFull={isFull} place={{ x: labelX, y: labelY }} />
    </>
  );
});

interface EdgePath {
  readonly path: string;
  readonly labelX: number;
  readonly labelY: number;
}

function usePath(props: EdgeProps<ChannelEdgeType>): EdgePath {
  const { source, target, sourceX, sourceY, targetX, targetY, sourcePosition, targetPosition } = props;
  const isLoop = source === target;
  const top = useStore(({ nodeLookup }) => (isLoop ? (nodeLookup.get(source)?.internals.positionAbsolute.y ?? 0) : 0));
  if (isLoop) return loopPath({ sourceX, sourceY, targetX, targetY, top });
  const [path, x, y] = getBezierPath({ sourceX, sourceY, sourcePosition, targetX, targetY, targetPosition });
  // Beside a level line, on a steep one.
  const isLevel = Math.abs(targetY - sourceY) < 0.5 * Math.abs(targetX - sourceX);
  return { path, labelX: x, labelY: isLevel ? y - 10 : y };
}

function useChannelRateClass(key: string): number {
  const index = useProject(({ run }) => channelIndex(run, key));
  const isRunning = useProject(({ run }) => run.phase === 'running');
  return useLiveValue((live) =>
    live === undefined || index === undefined || !isRunning ? 0 : edgeWidth(live.channelRates[index] ?? 0),
  );
}

function useIsFull(content: EdgeContent | undefined): boolean {
  const isLive = useProject(({ run }) => run.phase === 'running' || run.phase === 'paused');
  return useLiveValue((live) => {
    if (content?.capacity === undefined || !isLive) return false;
    const target = live?.actors.get(content.target);
    return target !== undefined && target.depth >= content.capacity;
  });
}

interface EdgeLabelProps {
  readonly content: EdgeContent;
  readonly isFull: boolean;
  readonly place: { readonly x: number; readonly y: number };
}

function EdgeLabel({ content, isFull, place }: EdgeLabelProps): ReactElement | null {
  const overlay = useDesigner((state) => state.overlay);
  const index = useProject(({ run }) => channelIndex(run, content.key));
  const isLive = useProject(({ run }) => run.phase === 'running' || run.phase === 'paused');
  const text = useLiveValue((live) => {
    if (live === undefined || !isLive || index === undefined) return undefined;
    if (overlay === 'rate') return rateText(live.channelRates[index] ?? 0);
    return targetText(overlay, live.actors.get(content.target));
  });
  if (text === undefined && content.routing === undefined) return null;
  const transform = `translate(-50%, -50%) translate(${place.x}px, ${place.y}px)`;
  return (
    <EdgeLabelRenderer>
      <span className={`${styles['label']} ${isFull ? styles['full'] : ''}`} style={{ transform }}>
        {content.routing !== undefined && <span className={styles['routing']}>{content.routing}</span>}
        {text !== undefined && (isFull ? 'full' : text)}
      </span>
    </EdgeLabelRenderer>
  );
}

function targetText(
  overlay: Exclude<Overlay, 'rate'>,
  target: { readonly depth: number; readonly p99Ns: number | undefined } | undefined,
): string | undefined {
  if (target === undefined) return undefined;
  return overlay === 'depth' ? formatCount(target.depth) : formatMicros(target.p99Ns);
}
