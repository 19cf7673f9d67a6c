import { createHash } from 'node:crypto';
import { build, type HtmlTagDescriptor, type Plugin } from 'vite';

/** Faces that the first paint needs (visual-design §3); other letters are fetched by the pages that use them. */
const FIRST_FACES = [
  /^assets\/schibsted-grotesk-latin-wght-normal-[\w-]+\.woff2$/,
  /^assets\/geist-mono-latin-wght-normal-[\w-]+\.woff2$/,
];

/**
 * Writes into the head of the document what must be there before anything is painted: the script that sets the theme, which blocks, and
 * the two faces of the first page. The theme is built by itself, as a module would wait for the whole document.
 */
export function documentHead(): Plugin {
  let isBuild = false;
  let theme = '';
  return {
    name: 'thatch-document-head',
    configResolved: ({ command }) => {
      isBuild = command === 'build';
    },
    async buildStart() {
      if (!isBuild) return;
      const code = await buildTheme();
      theme = `assets/theme.${createHash('sha256').update(code).digest('base64url').slice(0, 8)}.js`;
      this.emitFile({ type: 'asset', fileName: theme, source: code });
    },
    transformIndexHtml: {
      order: 'post',
      handler: (_html, { bundle }) => {
        if (bundle === undefined)
          return [{ tag: 'script', attrs: { type: 'module', src: '/src/theme.ts' }, injectTo: 'head-prepend' }];
        const names = Object.keys(bundle);
        const faces = FIRST_FACES.map((face) => names.find((name) => face.test(name)));
        if (faces.includes(undefined)) throw new Error('a face that is preloaded is not in the build: see fonts.css');
        return [
          ...faces.map((name) => preload(name!)),
          { tag: 'script', attrs: { src: `./${theme}` }, injectTo: 'head' },
        ];
      },
    },
  };
}

function preload(name: string): HtmlTagDescriptor {
  // Fonts are always fetched without credentials: without `crossorigin` they would be fetched twice.
  return {
    tag: 'link',
    attrs: { rel: 'preload', as: 'font', type: 'font/woff2', href: `./${name}`, crossorigin: true },
    injectTo: 'head',
  };
}

async function buildTheme(): Promise<string> {
  const bundle = await build({
    root: import.meta.dirname,
    configFile: false,
    logLevel: 'warn',
    build: {
      write: false,
      lib: { entry: 'src/theme.ts', formats: ['iife'], name: 'thatchTheme', fileName: 'theme' },
    },
  });
  const [{ output }] = (Array.isArray(bundle) ? bundle : [bundle]) as {
    readonly output: readonly { readonly code: string }[];
  }[];
  return output[0].code;
}
