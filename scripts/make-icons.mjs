// Makes the application's icons from renderer/public/icon.svg, in dist/package/build-resources, where electron-builder
// looks for them: icons/<size>x<size>.png for Linux, icon.ico for Windows, icon.icns for macOS.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { ensureSetUp, root } from './setup.mjs';

const SIZES = [16, 24, 32, 48, 64, 128, 256, 512, 1024];
/** macOS draws icons smaller than their square, with air around: a tenth of it on each side. */
const MAC_MARGIN = 0.1;

/**
 * @param {string} folder
 * @returns {Promise<string[]>} the files, relative to `folder`
 */
export async function makeIcons(folder) {
  const { default: png2icons } = await import('png2icons');
  const svg = readFileSync(join(root, 'renderer', 'public', 'icon.svg'), 'utf8');
  const render = await createRenderer();
  /** @type {[string, Uint8Array][]} */
  const files = SIZES.map((size) => [`icons/${size}x${size}.png`, render(svg, size)]);
  const largest = Buffer.from(render(svg, 1024));
  const ico = png2icons.createICO(largest, png2icons.BICUBIC2, 0, true, true);
  const icns = png2icons.createICNS(Buffer.from(render(withMargin(svg), 1024)), png2icons.BICUBIC2, 0);
  if (!ico || !icns) throw new Error('png2icons made no icon from renderer/public/icon.svg: is its PNG 1024 wide?');
  files.push(['icon.ico', ico], ['icon.icns', icns]);
  mkdirSync(join(folder, 'icons'), { recursive: true });
  for (const [path, contents] of files) writeFileSync(join(folder, path), contents);
  return files.map(([path]) => path);
}

/** @returns {Promise<(svg: string, size: number) => Uint8Array>} gives a PNG */
async function createRenderer() {
  const { initWasm, Resvg } = await import('@resvg/resvg-wasm');
  await initWasm(readFileSync(createRequire(import.meta.url).resolve('@resvg/resvg-wasm/index_bg.wasm')));
  return (svg, size) => new Resvg(svg, { fitTo: { mode: 'width', value: size } }).render().asPng();
}

/** @param {string} svg */
function withMargin(svg) {
  const side = Number(/viewBox="0 0 (\d+) \1"/.exec(svg)?.[1]);
  if (!(side > 0)) throw new Error('renderer/public/icon.svg has no square viewBox from 0 0: the icons need one.');
  const outer = side / (1 - 2 * MAC_MARGIN);
  const corner = -outer * MAC_MARGIN;
  return svg.replace(/viewBox="[^"]*"/, `viewBox="${corner} ${corner} ${outer} ${outer}"`);
}

if (import.meta.filename === process.argv[1]) {
  await ensureSetUp();
  const folder = join(root, 'dist', 'package', 'build-resources');
  const files = await makeIcons(folder);
  console.log(`dist/package/build-resources: ${files.join(', ')}`);
}
