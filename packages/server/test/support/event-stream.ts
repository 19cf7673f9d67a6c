/** One event of a stream, as the browser would dispatch it. */
export interface ServerEvent {
  readonly event: string;
  /** As it stood in the stream; a browser keeps the last one. */
  readonly id: number | null;
  readonly data: Readonly<Record<string, unknown>>;
}

/** A stream of server-sent events that is read as it comes. */
export interface OpenStream {
  readonly status: number;
  readonly headers: Headers;
  /** Number of the place in the stream that was told last. */
  readonly lastId: () => number | null;
  /** The next event; null when the server has ended the stream. */
  readonly next: () => Promise<ServerEvent | null>;
  /** All events up to one that fits, it included; fails when the stream ends before. */
  readonly until: (fits: (event: ServerEvent) => boolean) => Promise<readonly ServerEvent[]>;
  /** All events until the server ends the stream. */
  readonly rest: () => Promise<readonly ServerEvent[]>;
  /** Everything that came, as text. */
  readonly raw: () => string;
  readonly close: () => void;
}

/** Opens a stream; fails when the answer is none. */
export async function openStream(url: string, headers: Readonly<Record<string, string>> = {}): Promise<OpenStream> {
  const controller = new AbortController();
  const response = await fetch(url, {
    headers: { accept: 'text/event-stream', ...headers },
    signal: controller.signal,
  });
  if (response.status !== 200) throw new Error(`${response.status} ${await response.text()}`);
  let raw = '';
  let lastId: number | null = null;
  const events = read(
    // Taken at once: fetch cancels a body that nobody reads when it forgets the response.
    response.body!.values(),
    (text) => (raw += text),
    (id) => (lastId = id),
  );
  const next = async (): Promise<ServerEvent | null> => (await events.next()).value ?? null;
  const collect = async (fits: (event: ServerEvent) => boolean): Promise<ServerEvent[] | null> => {
    const seen: ServerEvent[] = [];
    for (let event = await next(); event !== null; event = await next()) {
      seen.push(event);
      if (fits(event)) return seen;
    }
    return fits(END) ? seen : null;
  };
  return {
    status: response.status,
    headers: response.headers,
    lastId: () => lastId,
    next,
    until: async (fits) => {
      const seen = await collect(fits);
      if (seen === null) throw new Error(`the stream ended before: ${raw}`);
      return seen;
    },
    rest: async () => (await collect((event) => event === END)) ?? [],
    raw: () => raw,
    close: () => controller.abort(),
  };
}

const END: ServerEvent = { event: '', id: null, data: {} };

async function* read(
  body: AsyncIterable<Uint8Array>,
  onText: (text: string) => void,
  onId: (id: number) => void,
): AsyncGenerator<ServerEvent, undefined> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of body) {
    const text = decoder.decode(chunk, { stream: true });
    onText(text);
    const blocks = (rest + text).split('\n\n');
    rest = blocks.pop() ?? '';
    for (const block of blocks) {
      const fields = new Map(
        block
          .split('\n')
          .map((line): [string, string] => [
            line.slice(0, line.indexOf(':')),
            line.slice(line.indexOf(':') + 1).trim(),
          ]),
      );
      const id = fields.has('id') ? Number(fields.get('id')) : null;
      if (id !== null) onId(id);
      const data = fields.get('data');
      if (data === undefined) continue;
      yield { event: fields.get('event') ?? 'message', id, data: JSON.parse(data) as Record<string, unknown> };
    }
  }
  return undefined;
}
