import { useEffect, useRef, useState } from 'react';
import { TOKEN_CLASSES, type Token } from './pieces.ts';
import type { SyntaxAnswer, SyntaxRequest } from './syntax/messages.ts';
import type { RowWindow } from './use-window.ts';

/** Larger files stay plain (web-ui §4.1). */
const LARGEST_CHARACTERS = 1024 * 1024;
const MOST_LINES = 20_000;
/** Colours come in parts of so many lines. */
const PART = 200;

const NONE: readonly Token[] = [];

/** Colours of the lines of a file, as they come; plain until then. */
export interface Syntax {
  readonly tokensOf: (index: number) => readonly Token[];
}

interface State {
  worker: Worker;
  file: number;
  isReady: boolean;
  lines: Map<number, readonly Token[]>;
  asked: Set<number>;
}

let lastFile = 0;

/** Has the colours of a text found by a worker, those in sight first. `text` null: nothing to colour. */
export function useSyntax(path: string, text: string | null, lineCount: number, shown: RowWindow): Syntax {
  const state = useRef<State | null>(null);
  // Counts answers: what they hold is too much to be copied into a state.
  const [, setAnswers] = useState(0);
  const isColoured = text !== null && text.length <= LARGEST_CHARACTERS && lineCount <= MOST_LINES;
  useEffect(() => {
    if (!isColoured) return;
    const opened = openWorker(path, text, () => setAnswers((count) => count + 1));
    state.current = opened;
    return () => {
      opened.worker.terminate();
      state.current = null;
    };
  }, [path, text, isColoured]);
  useEffect(() => {
    if (state.current !== null) askFor(state.current, shown);
  });
  return { tokensOf: (index) => state.current?.lines.get(index) ?? NONE };
}

function openWorker(path: string, text: string, onAnswer: () => void): State {
  const worker = new Worker(new URL('./syntax/syntax.worker.ts', import.meta.url), { type: 'module' });
  lastFile++;
  const state: State = { worker, file: lastFile, isReady: false, lines: new Map(), asked: new Set() };
  worker.addEventListener('message', ({ data }: MessageEvent<SyntaxAnswer>) => {
    if (data.file !== state.file) return;
    if (data.kind === 'ready') state.isReady = true;
    else keepLines(state, data.spans);
    onAnswer();
  });
  send(state, { kind: 'open', file: state.file, path, text });
  return state;
}

function askFor(state: State, { first, last }: RowWindow): void {
  if (!state.isReady) return;
  for (let part = Math.floor(first / PART); part * PART < last; part++) {
    if (state.asked.has(part)) continue;
    state.asked.add(part);
    send(state, { kind: 'lines', file: state.file, from: part * PART, to: (part + 1) * PART });
  }
}

function send({ worker }: State, request: SyntaxRequest): void {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker has no origin to name
  worker.postMessage(request);
}

function keepLines({ lines }: State, spans: Uint32Array): void {
  const found = new Map<number, Token[]>();
  for (let at = 0; at < spans.length; at += 4) {
    const token = { start: spans[at + 1], end: spans[at + 2], kind: TOKEN_CLASSES[spans[at + 3]] };
    const known = found.get(spans[at]);
    if (known === undefined) found.set(spans[at], [token]);
    else known.push(token);
  }
  for (const [line, tokens] of found) lines.set(line, tokens);
}
