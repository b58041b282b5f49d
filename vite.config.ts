import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

// The renderer only. Both hosts serve it from the root of an origin of their own under a strict CSP:
// absolute addresses, no inline script, nothing as a data: address, nothing from elsewhere.
export default defineConfig({
  root: 'renderer',
  base: '/',
  plugins: [react()],
  build: {
    outDir: '../out/renderer',
    emptyOutDir: true,
    target: 'chrome140',
    minify: true,
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    chunkSizeWarningLimit: 1500,
  },
});
