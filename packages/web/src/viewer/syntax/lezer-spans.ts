import type { Parser } from '@lezer/common';
import { highlightTree, tagHighlighter, tags } from '@lezer/highlight';
import type { TokenClass } from '../pieces.ts';
import { Spans } from './spans.ts';

const CLASSES = tagHighlighter(
  (
    [
      [tags.keyword, 'key'],
      [tags.modifier, 'key'],
      [tags.operatorKeyword, 'key'],
      [tags.controlKeyword, 'key'],
      [tags.definitionKeyword, 'key'],
      [tags.moduleKeyword, 'key'],
      [tags.self, 'key'],
      [tags.tagName, 'key'],
      [tags.heading, 'key'],
      [tags.string, 'str'],
      [tags.special(tags.string), 'str'],
      [tags.character, 'str'],
      [tags.regexp, 'str'],
      [tags.attributeValue, 'str'],
      [tags.docString, 'com'],
      [tags.number, 'num'],
      [tags.bool, 'num'],
      [tags.null, 'num'],
      [tags.atom, 'num'],
      [tags.unit, 'num'],
      [tags.color, 'num'],
      [tags.escape, 'num'],
      [tags.attributeName, 'num'],
      [tags.annotation, 'num'],
      [tags.meta, 'num'],
      [tags.function(tags.variableName), 'fn'],
      [tags.function(tags.propertyName), 'fn'],
      [tags.function(tags.definition(tags.variableName)), 'fn'],
      [tags.className, 'fn'],
      [tags.typeName, 'fn'],
      [tags.namespace, 'fn'],
      [tags.macroName, 'fn'],
      [tags.labelName, 'fn'],
      [tags.comment, 'com'],
    ] as const
  ).map(([tag, kind]) => ({ tag, class: kind })),
);

/** The colours of a text by a grammar. */
export function lezerSpans(parser: Parser, text: string): Spans {
  const spans = new Spans();
  highlightTree(parser.parse(text), CLASSES, (start, end, kind) => spans.add(start, end, kind as TokenClass));
  return spans;
}
