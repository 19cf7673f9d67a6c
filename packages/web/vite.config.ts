import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';
import { documentHead } from './document.ts';

// A default export is what vite reads.
// oxlint-disable-next-line import/no-default-export
export default defineConfig({
  root: import.meta.dirname,
  // Files refer to each other relatively, so that the interface works below any path (web-ui §5); the server writes the prefix into the
  // document.
  base: './',
  plugins: [react(), documentHead()],
  css: { modules: { localsConvention: 'camelCaseOnly' } },
  build: {
    target: ['chrome120', 'firefox121', 'safari17.4'],
    assetsDir: 'assets',
    // Every asset is a file: `data:` fonts and scripts are not allowed.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    // What is loaded when, for the test of sizes.
    manifest: 'manifest.json',
    rollupOptions: {
      input: { index: 'index.html' },
    },
  },
  worker: { format: 'es' },
  server: {
    proxy: Object.fromEntries(
      ['/api', '/upload', '/cli', '/health'].map((path) => [
        path,
        // The host stays that of the page: changes are taken from the server's own pages only.
        { target: process.env['THATCH_URL'] ?? 'http://localhost:8080', changeOrigin: false },
      ]),
    ),
  },
});
