import { resolve } from 'node:path';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

import { createPackageRecorder } from './scripts/package/bundled-packages.mjs';

const outDir = resolve(import.meta.dirname, 'renderer', process.env['RINGSTUDIO_RENDERER_OUT'] ?? '../dist/renderer');
const packages = createPackageRecorder();

/** The renderer: everything it needs is bundled, nothing is fetched from elsewhere at run time. */
export default defineConfig({
  root: 'renderer',
  // Beside the bundle: whose licences go with it.
  plugins: [react(), packages.record(`${outDir}.packages.json`)],
  build: {
    outDir,
    emptyOutDir: true,
    target: 'es2023',
    sourcemap: false,
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 6000,
  },
  worker: { format: 'es', plugins: () => [packages.collector] },
});
