/** What the page asks of the worker. */
export type SyntaxRequest =
  /** A new text; takes the place of the one before. */
  | { readonly kind: 'open'; readonly file: number; readonly path: string; readonly text: string }
  /** Colours of lines `from` … `to` (from 0, the end not in it). */
  | { readonly kind: 'lines'; readonly file: number; readonly from: number; readonly to: number };

/** What it answers. */
export type SyntaxAnswer =
  | { readonly kind: 'ready'; readonly file: number }
  /** As `spansOfLines` tells them. */
  | {
      readonly kind: 'lines';
      readonly file: number;
      readonly from: number;
      readonly to: number;
      readonly spans: Uint32Array<ArrayBuffer>;
    };
