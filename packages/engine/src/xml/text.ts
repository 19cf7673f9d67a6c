import type { Codec } from '../codec.ts';

const SINGLE_BYTE_ENCODING = /encoding\s*=\s*["'](?:iso-?8859-1|latin-?1|windows-1252|cp1252)["']/i;
const LONGEST_DECLARATION = 200;

/** Turns bytes of a document into text: UTF-8 unless its declaration names a single-byte encoding. */
export class XmlText {
  private readonly codec: Codec;
  private isSingleByte = false;

  constructor(codec: Codec) {
    this.codec = codec;
  }

  /** Looks at the processing instruction at `start`, in case it is the XML declaration. */
  noteDeclaration(bytes: Uint8Array, start: number, end: number): void {
    const declaration = this.codec.text(bytes, start, Math.min(end, start + LONGEST_DECLARATION));
    if (declaration.startsWith('<?xml')) this.isSingleByte = SINGLE_BYTE_ENCODING.test(declaration.split('?>', 1)[0]);
  }

  /** The text of `bytes[start, end)` with references replaced. */
  decode(bytes: Uint8Array, start: number, end: number): string {
    return unescapeXml(this.plain(bytes, start, end));
  }

  /** The text of `bytes[start, end)` as it stands. */
  plain(bytes: Uint8Array, start: number, end: number): string {
    if (!this.isSingleByte) return this.codec.text(bytes, start, end);
    let text = '';
    for (let at = start; at < end; at++) text += String.fromCharCode(bytes[at]);
    return text;
  }
}

const ENTITIES: ReadonlyMap<string, string> = new Map([
  ['lt', '<'],
  ['gt', '>'],
  ['amp', '&'],
  ['quot', '"'],
  ['apos', "'"],
]);
const REFERENCE = /&(?:#(\d{1,7})|#x([0-9a-fA-F]{1,6})|(lt|gt|amp|quot|apos));/g;

/** Text with the five predefined entities and numeric references replaced; any other reference stays as written. */
export function unescapeXml(text: string): string {
  if (!text.includes('&')) return text;
  return text.replace(REFERENCE, (whole: string, decimal?: string, hexadecimal?: string, name?: string) => {
    if (name !== undefined) return ENTITIES.get(name) ?? whole;
    const point = decimal === undefined ? Number.parseInt(hexadecimal ?? '', 16) : Number(decimal);
    return point > 0 && point <= 0x10ffff ? String.fromCodePoint(point) : whole;
  });
}
