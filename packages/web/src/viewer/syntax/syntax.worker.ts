import { findSpans } from './find-spans.ts';
import type { SyntaxAnswer, SyntaxRequest } from './messages.ts';
import { lineStarts, spansOfLines } from './spans.ts';

/*
 * Finds the colours of a file beside the page's thread: the whole file once, then by ranges of lines as they are asked for, the visible ones
 * first.
 */

interface OpenFile {
  readonly file: number;
  readonly starts: Uint32Array;
  readonly spans: Uint32Array;
}

let open: OpenFile | null = null;
let newest = 0;

self.addEventListener('message', ({ data }: MessageEvent<SyntaxRequest>) => {
  if (data.kind === 'open') void openFile(data);
  else sendLines(data);
});

async function openFile({ file, path, text }: Extract<SyntaxRequest, { readonly kind: 'open' }>): Promise<void> {
  newest = file;
  const spans = await findSpans(path, text);
  if (newest !== file) return;
  open = { file, starts: lineStarts(text), spans: spans.all };
  answer({ kind: 'ready', file });
}

function sendLines({ file, from, to }: Extract<SyntaxRequest, { readonly kind: 'lines' }>): void {
  if (open === null || open.file !== file) return;
  const spans = spansOfLines(open.spans, open.starts, from, to);
  answer({ kind: 'lines', file, from, to, spans }, [spans.buffer]);
}

function answer(message: SyntaxAnswer, transfer: Transferable[] = []): void {
  self.postMessage(message, { transfer });
}
