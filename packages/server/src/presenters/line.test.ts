import { LineTable } from '@thatch/engine';
import { expect, test } from 'vitest';
import { EXPLAINED_LINE, presentExplainedLines, type UploadLines } from './line.ts';

const PARTIAL = -4;

function table(value: number, missing: readonly string[] | null = null): LineTable {
  const lines = new LineTable();
  lines.append(1, value, 0, missing);
  return lines;
}

function uploadOf(lines: LineTable, counts = true): UploadLines {
  return {
    upload: { external_id: '018f3f3e-0000-7000-8000-000000000000', flags: [], formats: ['lcov'] },
    table: lines,
    counts,
  };
}

const rules = (merged: LineTable, uploads: readonly UploadLines[]) =>
  presentExplainedLines([1], merged, uploads)[0].uploads.map(({ rule }) => rule);

test('the first upload with the result decides, equal ones agree, smaller ones are outweighed', () => {
  const uploads = [1, 3, 3].map((value) => uploadOf(table(value)));
  expect(rules(table(3), uploads)).toEqual(['outweighed', 'decided', 'agreed']);
});

test('a Ruby file that was only loaded is told as such', () => {
  expect(rules(table(2), [uploadOf(table(0), false), uploadOf(table(2))])).toEqual(['load_noise', 'decided']);
});

test('branches of several uploads are joined', () => {
  // 1/2 and 1/2 of different branches make 2/2.
  const half = -(16 + 2 ** 26 + 2);
  const whole = -(16 + 2 * 2 ** 26 + 2);
  const uploads = [uploadOf(table(half, ['0:1'])), uploadOf(table(half, ['0:0']))];
  const [line] = presentExplainedLines([1], table(whole, []), uploads);
  expect(line).toMatchObject({ state: 0, value: '2/2' });
  expect(line.uploads).toMatchObject([
    { rule: 'joined', raw_value: '1/2', missing_branches: ['0:1'] },
    { rule: 'joined', raw_value: '1/2', missing_branches: ['0:0'] },
  ]);
});

test('a bare partial is true', () => {
  const [line] = presentExplainedLines([1], table(PARTIAL), [uploadOf(table(PARTIAL))]);
  expect(line).toMatchObject({ state: 2, value: true });
  expect(EXPLAINED_LINE.strict().safeParse(line).success).toBe(true);
});

test('an upload without the line says nothing', () => {
  expect(rules(table(1), [uploadOf(new LineTable()), uploadOf(table(1))])).toEqual(['decided']);
});
