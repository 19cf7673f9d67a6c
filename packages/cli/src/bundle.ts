import { createHash } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

/** The uploader as one file. */
export interface UploaderBundle {
  /** A JavaScript module in UTF-8; the same for the same sources. */
  readonly code: Uint8Array;
  /** Of `code`, 64 hexadecimal digits. */
  readonly sha256: string;
}

/** What the file needs to run. */
const OLDEST_NODE = 'node20';

/**
 * Builds `/cli/thatch.mjs`: the command `upload` with everything it needs, for CI machines where nothing is installed (decision 17 of
 * the first release).
 *
 * @example
 * const { code, sha256 } = await bundleUploader();
 */
export async function bundleUploader(): Promise<UploaderBundle> {
  const result = await build({
    entryPoints: [fileURLToPath(new URL('upload/main.ts', import.meta.url))],
    bundle: true,
    write: false,
    minify: true,
    format: 'esm',
    platform: 'node',
    target: OLDEST_NODE,
    charset: 'utf8',
    legalComments: 'none',
    banner: { js: '#!/usr/bin/env node\n// Thatch uploader, Apache-2.0. node thatch.mjs upload --help' },
  });
  const code = result.outputFiles[0].contents;
  return { code, sha256: createHash('sha256').update(code).digest('hex') };
}
