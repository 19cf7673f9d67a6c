import { readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs, promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import { build } from 'vite';

/*
 * Builds the interface into `dist`, or into the folder of `--out`. `--key` is the hash of the sources by which the server knows the build
 * again; without it the server builds anew.
 */
const { values } = parseArgs({
  options: {
    key: { type: 'string', default: 'by hand' },
    out: { type: 'string', default: join(import.meta.dirname, 'dist') },
  },
});

/** Fonts and pictures are packed already. */
const PACKABLE = /\.(?:js|css|svg)$/;

const folder = values.out;
const fresh = `${folder}.new-${process.pid}`;
try {
  await rm(fresh, { recursive: true, force: true });
  await build({
    root: import.meta.dirname,
    logLevel: 'warn',
    build: { outDir: fresh, emptyOutDir: true, reportCompressedSize: false },
  });
  const packed = await packAssets(join(fresh, 'assets'));
  await writeFile(join(fresh, 'build.json'), JSON.stringify({ key: values.key }));
  await putInPlace();
  process.stdout.write(`${packed} files of the interface are built\n`);
} catch (error) {
  await rm(fresh, { recursive: true, force: true });
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}

/** Another build of the same clone may put its own there at the same time. */
async function putInPlace(): Promise<void> {
  const old = `${folder}.old-${process.pid}`;
  for (;;) {
    await rename(folder, old).catch(ignoreMissing);
    await rm(old, { recursive: true, force: true });
    try {
      await rename(fresh, folder);
      return;
    } catch (error) {
      if (!['ENOTEMPTY', 'EEXIST'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
    }
  }
}

function ignoreMissing(error: NodeJS.ErrnoException): void {
  if (error.code !== 'ENOENT') throw error;
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
