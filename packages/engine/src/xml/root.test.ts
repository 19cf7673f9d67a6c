import { describe, expect, test } from 'vitest';
import { nodeCodec } from '../../node/codec.ts';
import { scanXmlRoot } from './root.ts';

const scan = (text: string) => scanXmlRoot(nodeCodec.bytes(text), nodeCodec);

describe('the root of an XML document', () => {
  test('has its local name, its attributes and the names of its children', () => {
    const root = scan(
      '<?xml version="1.0"?>\n<c:coverage xmlns:c="x" a="1" b=\'&lt;2&#33;\'><s><deep/></s>text<t/></c:coverage>',
    );
    expect(root?.name).toBe('coverage');
    expect([...root!.attributes]).toEqual([
      ['a', '1'],
      ['b', '<2!'],
    ]);
    expect(root?.children).toEqual(['s', 't']);
  });

  test('is found behind a byte order mark, blanks, comments and processing instructions', () => {
    expect(scan('\uFEFF \r\n<?xml version="1.0"?><!-- <no> --><?style <no>?>\n<yes><a/></yes>')?.name).toBe('yes');
  });

  test('is found behind a document type with an internal subset', () => {
    const subset = '<!-- ]> "it\'s" --><!ENTITY gt ">"><?pi ]> ?><!ELEMENT report (a)*>';
    expect(scan(`<!DOCTYPE report PUBLIC "-//X//DTD <1>//EN" 'a>b' [${subset}]><report><a/></report>`)?.name).toBe(
      'report',
    );
    expect(scan('<!DOCTYPE report SYSTEM "report.dtd"[]><report><a/></report>')?.name).toBe('report');
  });

  test('is found behind log lines when a declaration starts a line', () => {
    expect(scan('Running <tests>\ndone\n<?xml version="1.0"?>\n<yes><a/></yes>')?.name).toBe('yes');
  });

  test('is not seen in text that only contains tags', () => {
    expect(
      scan(
        '        -:    0:Source:main.cpp\n        -:    1:#include <vector>\n        1:    2:std::map<int, string> x;',
      ),
    ).toBeNull();
    expect(scan('')).toBeNull();
    expect(scan('   \n ')).toBeNull();
    expect(scan('{"a": "<b><c/></b>"}')).toBeNull();
  });

  test('keeps `>` inside of quotes and takes the first of two equal attributes', () => {
    expect(scan('<a x="1>2" x="3" y><b/></a>')?.attributes).toEqual(new Map([['x', '1>2']]));
  });

  test('survives tags that are not closed', () => {
    const root = scan('<a x="1" <b/><c y="2"\n<d></a>');
    expect(root?.name).toBe('a');
    expect(scan('<a><b/><c y="2')?.children).toEqual(['b']);
    expect(scan('<a')).toBeNull();
    expect(scan('<')).toBeNull();
  });

  test('ends with its element: what follows is no child', () => {
    expect(scan('<a><b/></a><c/>')?.children).toEqual(['b']);
    expect(scan('<a/><c/>')?.children).toEqual([]);
  });

  test('is bounded: many children, many attributes, long values, great depth', () => {
    expect(scan(`<a>${'<b/>'.repeat(1000)}</a>`)?.children).toHaveLength(64);
    const attributes = Array.from({ length: 1000 }, (_, index) => `k${index}="1"`).join(' ');
    expect(scan(`<a ${attributes}><b/></a>`)?.attributes.size).toBe(64);
    expect(scan(`<a x="${'v'.repeat(5000)}"><b/></a>`)?.attributes.get('x')).toHaveLength(1024);
    expect(scan('<a>'.repeat(200_000))?.children).toEqual(['a']);
  });
});
