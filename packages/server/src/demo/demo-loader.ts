import type { Kysely } from 'kysely';
import { hashToken, type TokenSecrets } from '../auth/token-hash.ts';
import { makeUploadToken, visiblePrefix } from '../auth/token-make.ts';
import { insertToken, revokeToken } from '../database/queries/tokens.ts';
import type { Database } from '../database/tables.ts';
import type { Log } from '../observability/log.ts';
import { hasRecording, readRecording, RECORDING, type RecordedUpload } from './recording.ts';

export interface DemoLoaderOptions {
  readonly database: Kysely<Database>;
  readonly secrets: TokenSecrets;
  readonly log: Log;
  /** The recording; the one of the program unless said. */
  readonly path?: string;
}

/** What came of the wish to load it. */
export type DemoStart =
  | { readonly kind: 'started'; readonly uploads: number }
  | { readonly kind: 'loading' }
  | { readonly kind: 'absent' };

const TOKEN_NAME = 'demo repository';

/** Loads the demo repository through the upload address that everybody uses, one upload after the other (web-ui §3.1). */
export class DemoLoader {
  private readonly options: DemoLoaderOptions;
  private readonly path: string;
  private readonly stop = new AbortController();
  private running: Promise<void> | null = null;

  constructor(options: DemoLoaderOptions) {
    this.options = options;
    this.path = options.path ?? RECORDING;
  }

  /** Whether there is something to load. */
  get isThere(): boolean {
    return hasRecording(this.path);
  }

  /** Begins to send to the server at `origin`, and does not wait until all is sent. */
  async start(origin: string): Promise<DemoStart> {
    if (this.running !== null) return { kind: 'loading' };
    if (!this.isThere) return { kind: 'absent' };
    const reading = readRecording(new Date(), this.path);
    this.running = reading
      .then((uploads) => this.send(origin, uploads))
      .catch((error: unknown) => {
        if (!this.stop.signal.aborted)
          this.options.log.warn({ err: error }, 'the demo repository was not loaded whole');
      })
      .finally(() => {
        this.running = null;
      });
    return { kind: 'started', uploads: (await reading).length };
  }

  /** Waits until nothing is being sent. */
  async settled(): Promise<void> {
    await this.running;
  }

  /** Stops sending. */
  async close(): Promise<void> {
    this.stop.abort();
    await this.running;
  }

  private async send(origin: string, uploads: readonly RecordedUpload[]): Promise<void> {
    const { database, secrets, log } = this.options;
    const token = makeUploadToken();
    const id = await insertToken(database, {
      target: { kind: 'global', service: null },
      hash: hashToken(secrets, token),
      sealed: null,
      prefix: visiblePrefix(token),
      name: TOKEN_NAME,
      expiresAt: null,
    });
    try {
      for (const upload of uploads) await this.sendOne(origin, token, upload);
      log.info({ uploads: uploads.length }, 'the demo repository is loaded');
    } finally {
      await revokeToken(database, id);
    }
  }

  private async sendOne(origin: string, token: string, { query, meta, reports }: RecordedUpload): Promise<void> {
    const form = new FormData();
    if (meta !== null) form.append('meta', new Blob([JSON.stringify(meta)]), 'meta.json');
    for (const { name, text } of reports) form.append('report', new Blob([text]), name);
    const response = await fetch(`${origin}/upload/coverage?${new URLSearchParams(query)}`, {
      method: 'POST',
      headers: { authorization: `token ${token}` },
      body: form,
      signal: this.stop.signal,
    });
    const answer = await response.text();
    if (!response.ok) throw new Error(`an upload of the demo was refused with ${response.status}: ${answer}`);
  }
}
