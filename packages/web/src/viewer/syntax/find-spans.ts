import { highlightSpans } from './highlight-spans.ts';
import { languageOf } from './languages.ts';
import { lezerSpans } from './lezer-spans.ts';
import { Spans } from './spans.ts';

/** The colours of a file; none for a language that nobody knows. Loads what knows its language. */
export async function findSpans(path: string, text: string): Promise<Spans> {
  const language = languageOf(path);
  if (language === null) return new Spans();
  if (language.kind === 'lezer') return lezerSpans(await language.load(), text);
  const [{ default: highlighter }, definition] = await Promise.all([import('highlight.js/lib/core'), language.load()]);
  if (highlighter.getLanguage(language.name) === undefined) highlighter.registerLanguage(language.name, definition);
  return highlightSpans(highlighter.highlight(text, { language: language.name, ignoreIllegals: true }).value);
}
