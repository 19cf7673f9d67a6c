import { expect, test } from 'vitest';
import { editorAddress } from './editor-address.ts';

test.each([
  ['vscode://file/home/me/api/{path}:{line}', 'src/a b.ts', 'vscode://file/home/me/api/src/a%20b.ts:7'],
  ['idea://open?file={path}&line={line}', '$&.ts', 'idea://open?file=%24%26.ts&line=7'],
  ['', 'a.ts', null],
  ['javascript:alert("{path}")', 'a.ts', null],
  [' JavaScript:alert(1)', 'a.ts', null],
  ['{path}', 'javascript:x', null],
])('%j opens %s at %j', (template, path, address) => expect(editorAddress(template, path, 7)).toBe(address));
