import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';
import { documentHead } from './document.ts';

/** Bytes before packing. */
const SMALLEST_SHARED = 4_000;

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
    rolldownOptions: {
      input: { index: 'index.html' },
      output: {
        // Not by the names of all that share it.
        chunkFileNames: ({ name }) => `assets/${name.split('~', 1)[0]}-[hash].js`,
        assetFileNames: ({ names }) => `assets/${names[0].split('~', 1)[0].replace(/\.\w+$/, '')}-[hash][extname]`,
        // A page is shown when the last of its files is here, and browsers fetch few at once: what pages share comes in a few files instead
        // of one for each button.
        codeSplitting: {
          groups: [
            { name: 'libraries', tags: ['$initial'], test: /[\\/]node_modules[\\/]/, priority: 3 },
            { name: 'frame', tags: ['$initial'], priority: 2 },
            {
              name: 'shared',
              minShareCount: 2,
              entriesAware: true,
              entriesAwareMergeThreshold: SMALLEST_SHARED,
              priority: 1,
            },
          ],
        },
      },
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
