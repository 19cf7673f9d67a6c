import { expect, test } from 'vitest';
import { nodeCodec } from '../../node/codec.ts';
import { carriedKind } from './upload-kind.ts';

const kindOf = (text: string, isWhole = true) => carriedKind(new TextEncoder().encode(text), isWhole, nodeCodec);

test('test results are known by their container and by the root of their XML', () => {
  expect(kindOf('{"test_results_files": [{"filename": "a.xml"}]}')).toBe('test_results');
  expect(kindOf('<?xml version="1.0"?>\n<!-- made > by pytest -->\n<testsuites name="pytest">')).toBe('test_results');
  expect(kindOf('\uFEFF<testsuite>')).toBe('test_results');
});

test('bundle statistics are known by their version and lists, also when cut', () => {
  const stats = '{"version":"3","bundleName":"web-esm","builtAt":1785000000000,"assets":[{"name":"a-1f.js"';
  expect(kindOf(stats, false)).toBe('bundle_analysis');
});

test('everything else is coverage: reports, containers with reports, and what nobody can read', () => {
  expect(kindOf('TN:\nSF:a.c\nDA:1,1\nend_of_record\n')).toBe('coverage');
  expect(kindOf('<coverage version="1"><testsuites/></coverage>')).toBe('coverage');
  expect(kindOf('{"coverage_files": [], "version": "1", "assets": []}')).toBe('coverage');
  expect(kindOf('[]')).toBe('coverage');
  expect(kindOf('\u0000\u0001')).toBe('coverage');
  expect(kindOf('')).toBe('coverage');
});
