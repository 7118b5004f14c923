interface LoopEnds {
  readonly sourceX: number;
  readonly sourceY: number;
  readonly targetX: number;
  readonly targetY: number;
  /** Upper border of the node. */
  readonly top: number;
}

const reach = 20;
const rise = 16;
const radius = 10;

/** A channel from an actor to itself: out to the right, over the node, and in from the left. */
export function loopPath({ sourceX, sourceY, targetX, targetY, top }: LoopEnds): {
  readonly path: string;
  readonly labelX: number;
  readonly labelY: number;
} {
  const [right, left, y] = [sourceX + reach, targetX - reach, top - rise];
  const path = [
    `M${sourceX} ${sourceY}H${right - radius}`,
    `Q${right} ${sourceY} ${right} ${sourceY - radius}V${y + radius}`,
    `Q${right} ${y} ${right - radius} ${y}H${left + radius}`,
    `Q${left} ${y} ${left} ${y + radius}V${targetY - radius}`,
    `Q${left} ${targetY} ${left + radius} ${targetY}H${targetX}`,
  ].join('');
  return { path, labelX: (left + right) / 2, labelY: y };
}
