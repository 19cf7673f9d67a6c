import type { CharacterSet } from './character-set.ts';

/** A regular expression as a tree. */
export type RegexNode =
  | { readonly kind: 'set'; readonly set: CharacterSet }
  | { readonly kind: 'character'; readonly code: number }
  | { readonly kind: 'sequence'; readonly items: readonly RegexNode[] }
  | { readonly kind: 'choice'; readonly options: readonly RegexNode[] }
  | {
      readonly kind: 'repeat';
      readonly item: RegexNode;
      readonly least: number;
      readonly most: number;
      readonly isLazy: boolean;
    }
  | { readonly kind: 'group'; readonly item: RegexNode; readonly index: number }
  | { readonly kind: 'backreference'; readonly index: number }
  | { readonly kind: 'look'; readonly item: RegexNode; readonly isBehind: boolean; readonly isNegative: boolean }
  | { readonly kind: 'assertion'; readonly of: Assertion };

export type Assertion = 'start' | 'end' | 'absolute_end' | 'line_start' | 'line_end' | 'boundary' | 'no_boundary';

/** How many code units a node always takes; null when that varies. Only fixed widths can be looked behind. */
export function widthOf(node: RegexNode): number | null {
  switch (node.kind) {
    case 'character':
    case 'set':
      return 1;
    case 'assertion':
    case 'look':
      return 0;
    case 'backreference':
      return null;
    case 'group':
      return widthOf(node.item);
    case 'repeat': {
      const width = node.least === node.most ? widthOf(node.item) : null;
      return width === null ? null : width * node.least;
    }
    case 'sequence':
      return node.items.reduce<number | null>((sum, item) => {
        const width = sum === null ? null : widthOf(item);
        return sum === null || width === null ? null : sum + width;
      }, 0);
    case 'choice': {
      const widths = node.options.map(widthOf);
      return widths.every((width) => width === widths[0]) ? widths[0] : null;
    }
  }
}
