/** Templates of "open in editor"; `FOLDER` is what a person puts the folder of the clones in place of. */
const TEMPLATES = {
  none: '',
  vscode: 'vscode://file/FOLDER/{path}:{line}',
  cursor: 'cursor://file/FOLDER/{path}:{line}',
  zed: 'zed://file/FOLDER/{path}:{line}',
  idea: 'jetbrains://idea/navigate/reference?project=PROJECT&path={path}:{line}',
} as const;

export type Editor = keyof typeof TEMPLATES | 'other';

export const EDITORS: readonly Editor[] = ['none', 'vscode', 'cursor', 'zed', 'idea', 'other'];

/** Which editor a template is of. */
export function editorOf(template: string): Editor {
  if (template.trim() === '') return 'none';
  const scheme = schemeOf(template);
  const known = EDITORS.find(
    (editor) => editor !== 'other' && editor !== 'none' && schemeOf(TEMPLATES[editor]) === scheme,
  );
  return known ?? 'other';
}

/** The template to begin with. `template` is the one before: it stays where the editor is none of ours. */
export function templateOf(editor: Editor, template: string): string {
  return editor === 'other'
    ? editorOf(template) === 'other'
      ? template
      : 'editor://FOLDER/{path}:{line}'
    : TEMPLATES[editor];
}

/** Whether a template leads to a program and runs nothing in the page. */
export function isTemplate(template: string): boolean {
  return /^(?!(?:javascript|data|blob|vbscript|about|file):)[a-z][a-z0-9+.-]*:/i.test(template.trim());
}

function schemeOf(template: string): string {
  return template.trim().split(':')[0].toLowerCase();
}
