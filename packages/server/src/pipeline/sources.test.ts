import fc from 'fast-check';
import { expect, test } from 'vitest';
import { blobInTree } from './sources.ts';

test('a path is found in the text of a tree as in the object that it writes, whatever names are beside it', () => {
  const anyPath = fc.oneof(
    fc.string({ unit: fc.constantFrom('a', '"', '\\', ':', ',', '{', '/', 'ß', '\n'), minLength: 1, maxLength: 8 }),
    fc.constantFrom('src/a.ts', 'a.ts', 'src/a', '__proto__'),
  );
  fc.assert(
    fc.property(fc.array(anyPath, { maxLength: 12 }), anyPath, (paths, asked) => {
      const files = Object.fromEntries(paths.map((path, index) => [path, index.toString(16).padStart(40, '0')]));
      const tree = Buffer.from(JSON.stringify(files));
      expect(blobInTree(tree, asked)).toBe(Object.hasOwn(files, asked) ? files[asked] : null);
    }),
  );
});
