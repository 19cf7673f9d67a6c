import { expect, test } from 'vitest';
import { fittingOptions } from './FilterPicker.tsx';

const options = ['unit', 'e2e', 'Unit-linux', 'nightly'].map((text, index) => ({ value: `id ${index}`, text }));
const names = (text: string, first: readonly string[] = []) =>
  fittingOptions(options, text, first).map((option) => option.text);

test('options are found by any part of their name, in their own order', () => {
  expect(names('')).toEqual(['unit', 'e2e', 'Unit-linux', 'nightly']);
  expect(names(' UNIT')).toEqual(['unit', 'Unit-linux']);
  expect(names('nothing')).toEqual([]);
});

test('what is chosen stands first, as far as it fits', () => {
  expect(names('', ['id 3', 'id 2'])).toEqual(['Unit-linux', 'nightly', 'unit', 'e2e']);
  expect(names('unit', ['id 3', 'id 2'])).toEqual(['Unit-linux', 'unit']);
});
