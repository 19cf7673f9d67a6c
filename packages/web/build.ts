import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, writeFile, access, constants as fileConstants } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { parseArgs, promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import { build } from 'vite';

/*
 * Builds the interface into `dist`, or into the folder of `--spare` where the clone cannot be written. `--key` is the hash of the sources by
 * which the server knows the build again; without it the server builds anew.
 */
const { values } = parseArgs({ options: { key: { type: 'string', default: 'by hand' }, spare: { type: 'string' } } });

/** Fonts and pictures are packed already. */
const PACKABLE = /\.(?:js|css|svg)$/;

const folder = await targetFolder();
const fresh = `${folder}.new-${process.pid}`;
await rm(fresh, { recursive: true, force: true });
await build({
  root: import.meta.dirname,
  logLevel: 'warn',
  build: { outDir: fresh, emptyOutDir: true, reportCompressedSize: false },
});
await buildTheme(fresh);
const packed = await packAssets(join(fresh, 'assets'));
await writeFile(join(fresh, 'build.json'), JSON.stringify({ key: values.key }));
await rm(folder, { recursive: true, force: true });
await mkdir(dirname(folder), { recursive: true });
await rename(fresh, folder);
process.stdout.write(`${packed} files of the interface are built\n`);

async function targetFolder(): Promise<string> {
  try {
    await access(import.meta.dirname, fileConstants.W_OK);
    return join(import.meta.dirname, 'dist');
  } catch {
    if (values.spare === undefined) throw new Error(`${import.meta.dirname} cannot be written`);
    return values.spare;
  }
}

/** The theme is set by a script of its own that blocks the first paint, so it is no module. */
async function buildTheme(outDir: string): Promise<void> {
  const bundle = await build({
    root: import.meta.dirname,
    configFile: false,
    logLevel: 'warn',
    build: {
      write: false,
      lib: { entry: 'src/theme.ts', formats: ['iife'], name: 'thatchTheme', fileName: 'theme' },
    },
  });
  const [output] = (Array.isArray(bundle) ? bundle : [bundle]) as {
    readonly output: readonly { readonly code: string }[];
  }[];
  const { code } = output.output[0];
  const name = `theme.${createHash('sha256').update(code).digest('base64url').slice(0, 8)}.js`;
  await writeFile(join(outDir, 'assets', name), code);
  const document = join(outDir, 'index.html');
  const html = await readFile(document, 'utf8');
  await writeFile(document, html.replace('./assets/theme.js', `./assets/${name}`));
}

async function packAssets(assets: string): Promise<number> {
  const names = await readdir(assets);
  await Promise.all(names.filter((name) => PACKABLE.test(name)).map((name) => pack(join(assets, name))));
  return names.length;
}

async function pack(path: string): Promise<void> {
  const bytes = await readFile(path);
  const [brotli, gzipped] = await Promise.all([
    promisify(brotliCompress)(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } }),
    promisify(gzip)(bytes, { level: 9 }),
  ]);
  if (brotli.length < bytes.length) await writeFile(`${path}.br`, brotli);
  if (gzipped.length < bytes.length) await writeFile(`${path}.gz`, gzipped);
}
