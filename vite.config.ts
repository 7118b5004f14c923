import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

/** The renderer: everything it needs is bundled, nothing is fetched from elsewhere at run time. */
export default defineConfig({
  root: 'renderer',
  plugins: [react()],
  build: {
    outDir: process.env['RINGSTUDIO_RENDERER_OUT'] ?? '../dist/renderer',
    emptyOutDir: true,
    target: 'es2023',
    sourcemap: false,
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 6000,
  },
  worker: { format: 'es' },
});
