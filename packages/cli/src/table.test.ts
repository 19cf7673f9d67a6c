import { expect, test } from 'vitest';
import { formatTable } from './table.ts';

test('columns are aligned by their widest text, without blanks at the end', () => {
  expect(
    formatTable(
      ['ID', 'NAME'],
      [
        ['1', 'ci'],
        ['12345', ''],
      ],
    ),
  ).toBe('ID     NAME\n1      ci\n12345\n');
});
