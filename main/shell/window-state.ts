import { z } from 'zod';

/** The layouts work from here on. */
export const SMALLEST = { width: 960, height: 600 } as const;

/** More than anybody arranges: a file that went wrong must not fill the screen. */
const MOST_WINDOWS = 20;

const boundsSchema = z.object({
  x: z.int(),
  y: z.int(),
  width: z
    .int()
    .positive()
    .transform((width) => Math.max(width, SMALLEST.width)),
  height: z
    .int()
    .positive()
    .transform((height) => Math.max(height, SMALLEST.height)),
});
/** In device-independent pixels. */
export type Bounds = z.infer<typeof boundsSchema>;

const windowStateSchema = z.object({
  bounds: boundsSchema,
  isMaximized: z.boolean(),
  isFullScreen: z.boolean(),
  /** What it showed: `#/project/…`, or nothing. */
  hash: z
    .string()
    .max(256)
    .regex(/^(#\/.*)?$/),
  projectDir: z.string().max(4096).optional(),
});
export type WindowState = z.infer<typeof windowStateSchema>;

/** One that cannot be read is left out; the others are there again. */
export const windowStatesSchema = z
  .array(z.unknown())
  .transform((states) =>
    states.flatMap((state) => windowStateSchema.safeParse(state).data ?? []).slice(0, MOST_WINDOWS),
  );

const USUAL = { width: 1440, height: 900 } as const;
/** How much of a title bar has to be on a display for a person to get hold of it. */
const GRIP = { width: 120, height: 40 } as const;
const CASCADE = 32;

/** Where a window can be put that was there before: displays may have gone, or become smaller. */
export function placeAgain(bounds: Bounds, workAreas: readonly Bounds[]): Bounds {
  const area = workAreas.find((other) => isWithinReach(bounds, other));
  if (area === undefined) return placeNew(workAreas, undefined);
  const size = { width: Math.min(bounds.width, area.width), height: Math.min(bounds.height, area.height) };
  const smaller = { ...bounds, ...size };
  return isWithinReach(smaller, area) ? smaller : { ...smaller, x: area.x };
}

/** The middle of the first display, or a little off the window that the person is looking at. */
export function placeNew(workAreas: readonly Bounds[], beside: Bounds | undefined): Bounds {
  const area = workAreas[0] ?? { x: 0, y: 0, ...USUAL };
  const width = Math.min(beside?.width ?? USUAL.width, area.width);
  const height = Math.min(beside?.height ?? USUAL.height, area.height);
  const shifted = beside && { x: beside.x + CASCADE, y: beside.y + CASCADE, width, height };
  if (shifted !== undefined && workAreas.some((other) => contains(other, shifted))) return shifted;
  return {
    x: area.x + Math.round((area.width - width) / 2),
    y: area.y + Math.round((area.height - height) / 2),
    width,
    height,
  };
}

/** Enough of the top of the window is on the display. */
function isWithinReach(window: Bounds, area: Bounds): boolean {
  const visibleWidth = Math.min(window.x + window.width, area.x + area.width) - Math.max(window.x, area.x);
  return visibleWidth >= GRIP.width && window.y >= area.y && window.y + GRIP.height <= area.y + area.height;
}

function contains(outer: Bounds, inner: Bounds): boolean {
  return (
    inner.x >= outer.x &&
    inner.y >= outer.y &&
    inner.x + inner.width <= outer.x + outer.width &&
    inner.y + inner.height <= outer.y + outer.height
  );
}
