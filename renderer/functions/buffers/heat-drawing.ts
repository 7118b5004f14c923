import type { BufferImage } from '../../../app/contract/functions.ts';
import { chartLook } from '../../ui/chart-look.ts';
import { type Extent, heatLevel, heatRamp, rgbOf, type Rgb } from './heat-colors.ts';

export const HEAT_LEVELS = 64;
const STOPS = 7;

/** The one hue of heat maps, in the theme that is shown. */
export function themeRamp(): readonly Rgb[] {
  const { color } = chartLook();
  return heatRamp(
    Array.from({ length: STOPS }, (_, stop) => rgbOf(color(`--heat-${stop}`))),
    HEAT_LEVELS,
  );
}

interface Drawn {
  readonly image: BufferImage;
  readonly extent: Extent | undefined;
  /** In pixels of the page. */
  readonly width: number;
  readonly height: number;
  /** Of a cell. */
  readonly pixels: number;
}

/** Cells in their colours, without smoothing; those without a number are hatched. */
export function drawHeat(canvas: HTMLCanvasElement, { image, extent, width, height, pixels }: Drawn): void {
  const scale = devicePixelRatio;
  canvas.width = Math.max(1, Math.round(width * scale));
  canvas.height = Math.max(1, Math.round(height * scale));
  const context = canvas.getContext('2d');
  if (context === null) return;
  const cells = new OffscreenCanvas(image.width, image.height);
  cells.getContext('2d')?.putImageData(colored(image, extent), 0, 0);
  context.imageSmoothingEnabled = false;
  context.drawImage(cells, 0, 0, canvas.width, canvas.height);
  const hatch = context.createPattern(hatchTile(scale), 'repeat');
  if (hatch === null) return;
  context.fillStyle = hatch;
  const side = pixels * scale;
  for (const [index, cell] of image.cells.entries()) {
    if (cell !== null) continue;
    context.fillRect((index % image.width) * side, Math.floor(index / image.width) * side, side, side);
  }
}

function colored({ width, height, cells }: BufferImage, extent: Extent | undefined): ImageData {
  const ramp = themeRamp();
  const data = new ImageData(width, height);
  for (const [index, cell] of cells.entries()) {
    if (cell === null || extent === undefined) continue;
    data.data.set(ramp[heatLevel(cell, extent, HEAT_LEVELS)]!, index * 4);
    data.data[index * 4 + 3] = 255;
  }
  return data;
}

/** Diagonal lines of the warning's colour: no step of the ramp looks like it. */
function hatchTile(scale: number): OffscreenCanvas {
  const side = Math.round(6 * scale);
  const tile = new OffscreenCanvas(side, side);
  const context = tile.getContext('2d')!; // 2d is always there
  const { color } = chartLook();
  context.fillStyle = color('--bg-panel');
  context.fillRect(0, 0, side, side);
  context.strokeStyle = color('--st-warning');
  context.lineWidth = 1.25 * scale;
  context.beginPath();
  for (const offset of [-side, 0, side]) {
    context.moveTo(offset, side);
    context.lineTo(offset + side, 0);
  }
  context.stroke();
  return tile;
}
