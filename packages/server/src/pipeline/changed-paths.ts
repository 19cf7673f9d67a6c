import { cleanNetwork } from '@thatch/engine';

/**
 * The files that a git diff changes, old and new names, each once, in the order of the diff. Reads what `git diff` writes, with or
 * without context lines; text that is no diff gives nothing.
 *
 * @example changedPaths('diff --git a/x.py b/x.py\n--- a/x.py\n+++ b/x.py\n@@ -1 +1 @@\n-a\n+b\n') // ['x.py']
 */
export function changedPaths(diff: string): string[] {
  const paths = new Set<string>();
  const section = new Section(paths);
  for (const line of linesOf(diff)) section.read(line);
  section.end();
  return [...paths];
}

/** One file of the diff, while its lines are read. */
class Section {
  private readonly paths: Set<string>;
  private header = '';
  private isNamed = false;
  /** Lines of the current hunk that are still to come: they may look like headers. */
  private removed = 0;
  private added = 0;

  constructor(paths: Set<string>) {
    this.paths = paths;
  }

  read(line: string): void {
    if (this.removed > 0 || this.added > 0) return this.readHunkLine(line);
    if (line.startsWith('diff --git ')) return this.begin(line);
    if (line.startsWith('--- ') || line.startsWith('+++ ')) return this.name(line.slice(4), true);
    for (const word of ['rename from ', 'rename to ', 'copy to ']) {
      if (line.startsWith(word)) return this.name(line.slice(word.length), false);
    }
    const hunk = /^@@ -\d+(?:,(\d+))? \+\d+(?:,(\d+))? @@/.exec(line);
    if (hunk !== null) [this.removed, this.added] = [Number(hunk[1] ?? 1), Number(hunk[2] ?? 1)];
  }

  /** Empty, binary and mode-only files have no other line with their name than the first. */
  end(): void {
    if (this.header !== '' && !this.isNamed) this.add(nameOfHeader(this.header));
    this.header = '';
  }

  private begin(line: string): void {
    this.end();
    this.header = line.slice('diff --git '.length);
    this.isNamed = false;
  }

  private readHunkLine(line: string): void {
    if (line.startsWith('-')) this.removed--;
    else if (line.startsWith('+')) this.added--;
    else if (!line.startsWith('\\')) {
      this.removed--;
      this.added--;
    }
  }

  private name(text: string, hasPrefix: boolean): void {
    // Git puts a tab behind names with blanks.
    const named = text.endsWith('\t') ? text.slice(0, -1) : text;
    if (named === '/dev/null') return;
    this.isNamed = true;
    this.add(hasPrefix ? withoutPrefix(named) : named);
  }

  private add(name: string): void {
    const [path] = cleanNetwork([name]);
    if (path !== undefined) this.paths.add(path);
  }
}

function* linesOf(text: string): Generator<string> {
  for (let start = 0; start < text.length;) {
    const end = text.indexOf('\n', start);
    const stop = end < 0 ? text.length : end;
    yield text.endsWith('\r', stop) ? text.slice(start, stop - 1) : text.slice(start, stop);
    start = stop + 1;
  }
}

// `a/x b/x`: the two names are equal where nothing else names the file.
function nameOfHeader(header: string): string {
  if (header.startsWith('"')) return withoutPrefix(header.slice(0, header.indexOf('" ') + 1));
  return withoutPrefix(header.slice(0, (header.length - 1) / 2));
}

function withoutPrefix(name: string): string {
  if (name.startsWith('"')) return `"${withoutPrefix(name.slice(1))}`;
  return /^[ab]\//.test(name) ? name.slice(2) : name;
}
