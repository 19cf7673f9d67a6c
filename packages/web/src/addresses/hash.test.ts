import { expect, test } from 'vitest';
import { readHash } from './hash.ts';

test.each([
  ['#L40', { kind: 'lines', lines: { first: 40, last: 40 } }],
  ['#L40-L52', { kind: 'lines', lines: { first: 40, last: 52 } }],
  ['L52-40', { kind: 'lines', lines: { first: 40, last: 52 } }],
  ['#diff-0123456789ab', { kind: 'anchor', anchor: '0123456789ab', side: 'head', lines: null }],
  [
    '#diff-0123456789abR40-R52',
    { kind: 'anchor', anchor: '0123456789ab', side: 'head', lines: { first: 40, last: 52 } },
  ],
  ['#diff-0123456789abL12', { kind: 'anchor', anchor: '0123456789ab', side: 'base', lines: { first: 12, last: 12 } }],
  ['#diff-c3JjL2EudHM=', { kind: 'path', path: 'src/a.ts' }],
  ['#diff-c3JjL2EudHM', { kind: 'path', path: 'src/a.ts' }],
  ['#diff-c3JjL2EudHM%3D', { kind: 'path', path: 'src/a.ts' }],
  ['#diff-c3JjL8O2Pz4-LnRz', { kind: 'path', path: 'src/ö?>>.ts' }],
  ['#diff-c3JjL8O2Pz4+LnRz', { kind: 'path', path: 'src/ö?>>.ts' }],
  [
    '#D41D8CD98F00B204E9800998ECF8427E-L12',
    { kind: 'md5', md5: 'd41d8cd98f00b204e9800998ecf8427e', side: 'base', line: 12 },
  ],
  [
    '#d41d8cd98f00b204e9800998ecf8427e-R12',
    { kind: 'md5', md5: 'd41d8cd98f00b204e9800998ecf8427e', side: 'head', line: 12 },
  ],
  [
    '#d41d8cd98f00b204e9800998ecf8427e',
    { kind: 'md5', md5: 'd41d8cd98f00b204e9800998ecf8427e', side: 'head', line: null },
  ],
])('row 43: %s is understood', (hash, meaning) => expect(readHash(hash)).toEqual(meaning));

test.each(['', '#', '#content', '#L', '#L0x1', '#diff-', '#diff-%ff', '#diff-/////w=='])('%s means nothing', (hash) =>
  expect(readHash(hash)).toBeNull(),
);
