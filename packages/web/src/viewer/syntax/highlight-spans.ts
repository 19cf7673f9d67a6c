import type { TokenClass } from '../pieces.ts';
import { Spans } from './spans.ts';

/**
 * The colours in what highlight.js writes: text with entities, in nested `<span class="hljs-…">`. It escapes every `<` and `&` of the
 * text, so that those in its answer are its own; nothing of it is ever given to a document.
 */
export function highlightSpans(html: string): Spans {
  const spans = new Spans();
  const open: TokenClass[] = [];
  let characters = 0;
  let at = 0;
  while (at < html.length) {
    const end = nextMark(html, at);
    spans.add(characters, characters + end - at, open.at(-1) ?? '');
    characters += end - at;
    if (end === html.length) break;
    if (html[end] === '<') {
      const close = html.indexOf('>', end);
      if (html[end + 1] === '/') open.pop();
      else open.push(classOf(html.slice(end, close), open.at(-1) ?? ''));
      at = close + 1;
    } else {
      // An entity stands for one character, whichever it is.
      spans.add(characters, characters + 1, open.at(-1) ?? '');
      characters++;
      at = html.indexOf(';', end) + 1;
    }
  }
  return spans;
}

function nextMark(html: string, from: number): number {
  for (let at = from; at < html.length; at++) {
    const code = html.charCodeAt(at);
    if (code === LESS || code === AMPERSAND) return at;
  }
  return html.length;
}

const LESS = 0x3c;
const AMPERSAND = 0x26;

/** A stretch without a colour of its own has that of the one around it. */
function classOf(tag: string, around: TokenClass): TokenClass {
  const scope = /class="(?:hljs-|language-)?([\w-]+)/.exec(tag)?.[1] ?? '';
  return SCOPES[scope] ?? around;
}

const SCOPES: Readonly<Record<string, TokenClass | undefined>> = {
  keyword: 'key',
  'selector-tag': 'key',
  'template-tag': 'key',
  name: 'key',
  section: 'key',
  string: 'str',
  regexp: 'str',
  char: 'str',
  quote: 'str',
  'template-variable': 'str',
  number: 'num',
  literal: 'num',
  symbol: 'num',
  attr: 'num',
  attribute: 'num',
  meta: 'num',
  'selector-class': 'fn',
  'selector-id': 'fn',
  title: 'fn',
  built_in: 'fn',
  type: 'fn',
  comment: 'com',
  doctag: 'com',
  subst: '',
};
