import type { FastifyReply, FastifyRequest } from 'fastify';
import type { RoutePlugin } from './server.ts';

/** The uploader as one file. */
export interface UploaderFile {
  /** A JavaScript module, at most 300 kB. */
  readonly code: Uint8Array;
  /** Of `code`, 64 hexadecimal digits. */
  readonly sha256: string;
}

/** Makes the file; called once, when it is first asked for, and again after a failure. */
export type UploaderSource = () => Promise<UploaderFile>;

const PATH = '/cli/thatch.mjs';

/**
 * `GET /cli/thatch.mjs`, the command `thatch upload` for machines where nothing is installed, and `/cli/thatch.mjs.sha256`, the line that
 * `sha256sum --check` reads (decision 17 of the first release). Both may be asked for by anybody: they hold no secrets.
 */
export function uploaderRoutes(source: UploaderSource): RoutePlugin<unknown> {
  let made: Promise<UploaderFile> | null = null;
  const load = (): Promise<UploaderFile> => {
    made ??= source().catch((error: unknown) => {
      made = null;
      throw error;
    });
    return made;
  };
  return async (fastify) => {
    fastify.get(PATH, async (request, reply) => {
      const { code, sha256 } = await load();
      if (isKnown(request, reply, sha256)) return reply.code(304).send();
      return reply
        .type('text/javascript; charset=utf-8')
        .header('x-content-type-options', 'nosniff')
        .header('x-checksum-sha256', sha256)
        .send(Buffer.from(code.buffer, code.byteOffset, code.byteLength));
    });
    fastify.get(`${PATH}.sha256`, async (request, reply) => {
      const { sha256 } = await load();
      if (isKnown(request, reply, sha256)) return reply.code(304).send();
      return reply.type('text/plain; charset=utf-8').send(`${sha256}  thatch.mjs\n`);
    });
  };
}

/** Sets what caches need. The file changes with the server, so it is asked for again each time. */
function isKnown(request: FastifyRequest, reply: FastifyReply, sha256: string): boolean {
  const tag = `"${sha256}"`;
  reply.header('etag', tag).header('cache-control', 'no-cache');
  return (request.headers['if-none-match'] ?? '').split(/\s*,\s*/).some((known) => known.replace(/^W\//, '') === tag);
}
