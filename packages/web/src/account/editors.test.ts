import { expect, test } from 'vitest';
import { editorOf, EDITORS, isTemplate, templateOf } from './editors.ts';

test('an editor is known by the scheme of its template, whatever else was changed in it', () => {
  for (const editor of EDITORS) expect(editorOf(templateOf(editor, ''))).toBe(editor);
  expect(editorOf('vscode://file/home/ada/{path}:{line}')).toBe('vscode');
  expect(editorOf('emacs://open?file={path}')).toBe('other');
});

test('a template of one’s own stays when it is chosen again', () => {
  expect(templateOf('other', 'emacs://open?file={path}')).toBe('emacs://open?file={path}');
});

test('every template that is offered may be opened, and nothing that would run in the page', () => {
  for (const editor of EDITORS) if (editor !== 'none') expect(isTemplate(templateOf(editor, '')), editor).toBe(true);
  for (const wrong of ['', 'src/{path}', 'javascript:alert(1)', ' DATA:text/html,x', 'file:///etc/passwd']) {
    expect(isTemplate(wrong), wrong).toBe(false);
  }
});
