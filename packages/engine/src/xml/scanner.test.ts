import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { nodeCodec } from '../../node/codec.ts';
import type { BlockReader, ReportContext } from '../formats/format.ts';
import { LineTable } from '../model/line-table.ts';
import { Problems, type Problem } from '../model/problem.ts';
import { DEFAULT_SETTINGS } from '../settings.ts';
import { NameTable } from './names.ts';
import { START, STOP, XmlScanner } from './scanner.ts';

const ELEMENT_NAMES = ['root', 'file', 'line', 'source'];
const ATTRIBUTE_NAMES = ['number', 'name', 'hits'];
const ELEMENTS = new NameTable(ELEMENT_NAMES);
const ATTRIBUTES = new NameTable(ATTRIBUTE_NAMES);
const NUMBER = ATTRIBUTES.id('number');

interface Scanned {
  readonly events: string[];
  readonly problems: readonly Problem[];
}

/** Writes down every event: `+line number=1`, `-line`, and the text of a `source` as `-source:text`. */
class Recorder implements BlockReader {
  readonly events: string[] = [];
  readonly xml: XmlScanner;

  constructor(report: ReportContext) {
    this.xml = new XmlScanner(report, { elements: ELEMENTS, attributes: ATTRIBUTES, texts: ['source'] });
  }

  block(bytes: Uint8Array, start: number, end: number, isLast: boolean): number {
    const { xml } = this;
    xml.begin(bytes, start, end, isLast);
    for (let event = xml.next(); event !== STOP; event = xml.next()) {
      const name = ELEMENT_NAMES[xml.element - 1];
      if (event === START) this.events.push([`+${name}`, ...this.attributes()].join(' '));
      else this.events.push(name === 'source' ? `-source:${xml.content}` : `-${name}`);
    }
    return xml.at;
  }

  end(isComplete: boolean): void {
    this.xml.finish(this, isComplete);
  }

  private attributes(): string[] {
    const { tag } = this.xml;
    return ATTRIBUTE_NAMES.filter((_, index) => tag.has(index + 1)).map(
      (name) => `${name}=${tag.text(ATTRIBUTES.id(name))}`,
    );
  }
}

function contextOf(problems: Problems): ReportContext {
  return {
    fileName: '',
    settings: DEFAULT_SETTINGS,
    codec: nodeCodec,
    source: () => new LineTable(),
    addRoot: () => undefined,
    problem: (problem) => problems.add(problem),
    isExpired: () => false,
  };
}

/** Gives a document to the scanner in blocks as the feed does: what was not consumed comes again. */
function scan(document: string | Uint8Array, chunkSize = Infinity, isComplete = true): Scanned {
  const bytes = typeof document === 'string' ? nodeCodec.bytes(document) : document;
  const problems = new Problems();
  const recorder = new Recorder(contextOf(problems));
  let rest = bytes.subarray(0, 0);
  for (let at = 0; at < bytes.length; at += chunkSize) {
    const chunk = bytes.subarray(at, Math.min(bytes.length, at + chunkSize));
    const block = Uint8Array.from([...rest, ...chunk]);
    rest = block.subarray(recorder.block(block, 0, block.length, at + chunkSize >= bytes.length));
  }
  recorder.end(isComplete);
  return { events: recorder.events, problems: problems.list() };
}

const eventsOf = (document: string): string[] => scan(document).events;
const codesOf = (document: string): string[] => scan(document).problems.map((problem) => problem.code);

describe('the events of a document', () => {
  test('are the starts and ends of known elements, also of empty ones; unknown ones are passed over', () => {
    expect(eventsOf('<root><x><line number="1"/></x><file name="a"></file></root>')).toEqual([
      '+root',
      '+line number=1',
      '-line',
      '+file name=a',
      '-file',
      '-root',
    ]);
  });

  test('carry the attributes of their own tag only', () => {
    expect(
      eventsOf('<root name="r"><line/><line number="2"/><line hits="3"/></root>').filter((event) => event[0] === '+'),
    ).toEqual(['+root name=r', '+line', '+line number=2', '+line hits=3']);
  });

  test('do not mistake names that only begin or end like known ones', () => {
    expect(eventsOf('<root><line number="1"/><lines/><lin/><line numbers="1" umber="2" num="3"/></root>')).toEqual([
      '+root',
      '+line number=1',
      '-line',
      '+line',
      '-line',
      '-root',
    ]);
  });

  test('use local names of elements, and never prefixed attributes', () => {
    expect(eventsOf('<x:root xmlns:name="n"><x:line number="1" x:hits="2"/></x:root>')).toEqual([
      '+root',
      '+line number=1',
      '-line',
      '-root',
    ]);
  });

  test('take attributes in any order, spacing and quoting; of two equal ones the first counts', () => {
    const line = `<line\n\thits = '1'  number="2"\r\n hits="9" name='a">b'/ >`;
    expect(eventsOf(`<root>${line}</root>`)[1]).toBe('+line number=2 name=a">b hits=1');
  });

  test('tell the element around', () => {
    const recorder = new Recorder(contextOf(new Problems()));
    const bytes = nodeCodec.bytes('<root><file><line/><x><line/></x></file></root>');
    recorder.xml.begin(bytes, 0, bytes.length, true);
    const parents: number[] = [];
    for (let event = recorder.xml.next(); event !== STOP; event = recorder.xml.next()) {
      if (event === START && recorder.xml.element === ELEMENTS.id('line')) parents.push(recorder.xml.parent);
    }
    expect(parents).toEqual([ELEMENTS.id('file'), 0]);
  });

  test('skip comments, instructions, CDATA and the document type, whatever is inside of them', () => {
    const skipped = '<!-- <line/> -- > --><?x <line/> ?><![CDATA[<line/>]] >]]>';
    expect(eventsOf(`<!DOCTYPE root [<!ENTITY a "<line/>]>">]>${skipped}<root>${skipped}</root>`)).toEqual([
      '+root',
      '-root',
    ]);
  });

  test('hold the wanted text with references, CDATA and unescaped characters', () => {
    expect(eventsOf('<root><source> a &lt;<![CDATA[&lt;<b>]]>&#65; & < c </source></root>')[2]).toBe(
      '-source: a <&lt;<b>A & < c ',
    );
  });

  test('keep references to entities that a document defines as they are written', () => {
    const bomb = '<!DOCTYPE root [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;"><!ENTITY c SYSTEM "file:///etc/passwd">]>';
    expect(eventsOf(`${bomb}<root name="&b;"><source>&c;&#0;&#x110000;</source></root>`)).toEqual([
      '+root name=&b;',
      '+source',
      '-source:&c;&#0;&#x110000;',
      '-root',
    ]);
  });

  test('decode a document that declares a single-byte encoding', () => {
    const bytes = Uint8Array.from('<?xml version="1.0" encoding="ISO-8859-1"?><root name="caf\u00e9"/>', (letter) =>
      letter.charCodeAt(0),
    );
    expect(scan(bytes).events[0]).toBe('+root name=café');
  });
});

describe('numbers of attributes', () => {
  const integer = (value: string): number => {
    const recorder = new Recorder(contextOf(new Problems()));
    const bytes = nodeCodec.bytes(`<root number="${value}"/>`);
    recorder.xml.begin(bytes, 0, bytes.length, true);
    recorder.xml.next();
    return recorder.xml.tag.integer(NUMBER);
  };

  test('are integers, fractions are cut', () => {
    expect(['0', '007', '12', ' 3 ', '2.9', '-1', '-0.5', '1e3', '&#49;'].map(integer)).toEqual([
      0, 7, 12, 3, 2, -1, -0, 1000, 1,
    ]);
  });

  test('are large where they are large, and never infinite', () => {
    expect(integer('999999999999999')).toBe(999_999_999_999_999);
    expect(integer('1'.padEnd(31, '0'))).toBe(1e30);
    expect(integer('1e999')).toBeNaN();
  });

  test('are NaN when there is none', () => {
    expect(['', ' ', 'x', '1x', 'undefined', 'NaN'].map(integer)).toEqual(Array<number>(6).fill(Number.NaN));
  });
});

describe('a document that is not well-formed', () => {
  test('has ends for elements that were never closed or closed in the wrong order', () => {
    expect(eventsOf('<root><file><line></file></line></x></root>')).toEqual([
      '+root',
      '+file',
      '+line',
      '-line',
      '-file',
      '-root',
    ]);
  });

  test('ends a tag at the next `<`, and takes values without quotes', () => {
    expect(eventsOf('<root><line number="1"\n<line number=2/><line number=3 hits></line></root>')).toEqual([
      '+root',
      '+line number=1',
      '-line',
      '+line number=2',
      '-line',
      '+line number=3',
      '-line',
      '-root',
    ]);
  });

  test('keeps its place at stray `<`, `&`, quotes and unknown declarations', () => {
    expect(eventsOf('<root>a < b && c <> <1> <![if x]> "<line number="1" "hits="2"/></root>')).toEqual([
      '+root',
      '+line number=1 hits=2',
      '-line',
      '-root',
    ]);
    expect(codesOf('<root>a < b</root>')).toEqual([]);
  });

  test('is kept up to where it is cut off, which is told with its byte', () => {
    const { events, problems } = scan('<root><file name="a"><line number="1"/><line numb');
    expect(events).toEqual(['+root', '+file name=a', '+line number=1', '-line', '-file', '-root']);
    expect(problems).toMatchObject([{ code: 'file_truncated', byte: 49 }]);
  });

  test('tells a cut between two tags, inside a comment and inside a document type', () => {
    expect(codesOf('<root><line/>')).toEqual(['file_truncated']);
    expect(codesOf('<root><!-- x')).toEqual(['file_truncated']);
    expect(codesOf('<!DOCTYPE root [')).toEqual(['file_truncated']);
    expect(scan('<root><line/>', 13).problems).toHaveLength(1);
  });

  test('is not told twice when its container was damaged', () => {
    expect(scan('<root><line/>', Infinity, false)).toMatchObject({
      events: ['+root', '+line', '-line', '-root'],
      problems: [],
    });
  });

  test('ends with its root: a second one is told, comments and blanks are not', () => {
    expect(scan('<root/>\n<root><line/></root>')).toMatchObject({
      events: ['+root', '-root'],
      problems: [{ code: 'record_unreadable', byte: 8 }],
    });
    expect(codesOf('<root/>\n<!-- <root> --> text')).toEqual([]);
  });
});

describe('a hostile document', () => {
  test('is bounded in depth: deeper elements are passed over, the rest is read', () => {
    const depth = 100_000;
    const { events, problems } = scan(
      `<root>${'<file>'.repeat(depth)}<line/>${'</file>'.repeat(depth)}<line number="1"/></root>`,
    );
    expect(events.filter((event) => event === '+file')).toHaveLength(255);
    expect(events.slice(-3)).toEqual(['+line number=1', '-line', '-root']);
    expect(problems.map((problem) => problem.code)).toEqual(['limit_exceeded']);
  });

  test('cannot make the scanner keep a tag without end', () => {
    const { events, problems } = scan(`<root><line name="${'x'.repeat(1 << 20)}`, 1 << 16);
    expect(events).toEqual(['+root', '-root']);
    expect(problems.map((problem) => problem.code)).toEqual(['limit_exceeded', 'file_truncated']);
  });

  test('cannot make the scanner keep text without end', () => {
    const { events } = scan(`<root><source>${'x'.repeat(1 << 20)}</source></root>`, 1 << 16);
    expect(events[2]).toHaveLength('-source:'.length + (1 << 16));
  });

  test('has any number of attributes in a tag', () => {
    const attributes = Array.from({ length: 10_000 }, (_, index) => `k${index}="${index}"`).join(' ');
    expect(eventsOf(`<root ${attributes} number="1"/>`)).toEqual(['+root number=1', '-root']);
  });

  test.each([
    '<!a <!a "',
    '<a "',
    '<a b="',
    '<!--',
    '<![CDATA[',
    '<?',
    '<!DOCTYPE a [',
    '<',
    '</',
    '<a',
    '<a b=\'"',
    '<source>',
  ])('is read in one pass when it repeats %s', (piece) => {
    const bytes = nodeCodec.bytes(`<root>${piece.repeat((1 << 20) / piece.length)}>`);
    const problems = new Problems();
    const recorder = new Recorder(contextOf(problems));
    const consumed = recorder.block(bytes, 0, bytes.length, false);
    // Either everything is consumed, or the rest is so short that trying it again costs little.
    expect(bytes.length - consumed).toBeLessThanOrEqual(1 << 18);
  });
});

describe('blocks', () => {
  const document =
    '<?xml version="1.0"?><!DOCTYPE root [<!ENTITY a "]>">]>\n<root name="é"><!-- a -- <line/> --><source>ü &amp; <![CDATA[ß]]></source>' +
    `<file name='x>y'><line number="1" hits="2"></line>&lt; <x:line number="2"/><?pi?></file></root>\n<!-- end -->`;
  const whole = scan(document);

  test('of any size give the same events and problems', () => {
    expect(whole.problems).toEqual([]);
    for (let size = 1; size <= document.length; size++) {
      // The first block holds the whole prolog of any real report; a single byte of it is still enough.
      expect(scan(document, size), `blocks of ${size}`).toEqual(whole);
    }
  });

  test('of any size give the same result for damaged documents', () => {
    const piece = fc.constantFrom(
      '<',
      '>',
      '/',
      '"',
      "'",
      '=',
      '&',
      ' ',
      '!',
      '?',
      '-',
      '[',
      ']',
      ':',
      '<root>',
      '<line',
      'number',
      '</file>',
      '<!--',
      '-->',
      '<source>',
      'é',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 40 }), fc.integer({ min: 1, max: 9 }), (pieces, size) => {
        const damaged = `<root>${pieces.join('')}</root>`;
        const expected = scan(damaged);
        const cut = scan(damaged, size);
        expect(cut.events).toEqual(expected.events);
        expect(cut.problems.map((problem) => problem.code)).toEqual(expected.problems.map((problem) => problem.code));
      }),
      { numRuns: 1000, seed: 20261125 },
    );
  });
});
