/** Schemes that would run something in this page. */
const UNSAFE = /^(?:javascript|data|blob|vbscript|about|file):/i;

/** The address that opens a file in a person's editor, of their own template; null without one, or when it is none that may be opened. */
export function editorAddress(template: string, path: string, line: number): string | null {
  const trimmed = template.trim();
  if (!/^[a-z][a-z0-9+.-]*:/i.test(trimmed) || UNSAFE.test(trimmed)) return null;
  const encoded = path.split('/').map(encodeURIComponent).join('/');
  return trimmed.replaceAll('{path}', encoded).replaceAll('{line}', String(line));
}
