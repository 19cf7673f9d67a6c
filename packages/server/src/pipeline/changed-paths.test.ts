import { describe, expect, test } from 'vitest';
import { changedPaths } from './changed-paths.ts';
import { testableFiles } from './not-testable.ts';

describe('changedPaths', () => {
  test.each([
    ['a changed file', 'diff --git a/x.py b/x.py\n--- a/x.py\n+++ b/x.py\n@@ -1 +1 @@\n-a\n+b\n', ['x.py']],
    [
      'a new file',
      'diff --git a/n.py b/n.py\nnew file mode 100644\n--- /dev/null\n+++ b/n.py\n@@ -0,0 +1 @@\n+b\n',
      ['n.py'],
    ],
    [
      'a removed file',
      'diff --git a/d.py b/d.py\ndeleted file mode 100644\n--- a/d.py\n+++ /dev/null\n@@ -1 +0,0 @@\n-b\n',
      ['d.py'],
    ],
    [
      'a renamed file, by both names',
      'diff --git a/o.py b/n.py\nsimilarity index 100%\nrename from o.py\nrename to n.py\n',
      ['o.py', 'n.py'],
    ],
    [
      'a binary file',
      'diff --git a/i.bin b/i.bin\nindex 1..2 100644\nBinary files a/i.bin and b/i.bin differ\n',
      ['i.bin'],
    ],
    ['a file whose mode changed', 'diff --git a/s.sh b/s.sh\nold mode 100644\nnew mode 100755\n', ['s.sh']],
    ['an empty new file with a blank in its name', 'diff --git a/a b.py b/a b.py\nnew file mode 100644\n', ['a b.py']],
    [
      'a name with a blank, behind which git puts a tab',
      'diff --git a/a b.py b/a b.py\n--- a/a b.py\t\n+++ b/a b.py\t\n@@ -1 +1 @@\n-a\n+b\n',
      ['a b.py'],
    ],
    ['a quoted name', String.raw`diff --git "a/\303\244.py" "b/\303\244.py"` + '\nnew file mode 100644\n', ['ä.py']],
    ['CRLF line ends', 'diff --git a/x.py b/x.py\r\n--- a/x.py\r\n+++ b/x.py\r\n@@ -1 +1 @@\r\n-a\r\n+b\r\n', ['x.py']],
    ['no diff', 'hello\nworld\n', []],
    ['nothing', '', []],
  ])('reads %s', (_what, diff, paths) => {
    expect(changedPaths(diff)).toEqual(paths);
  });

  test('takes no line of code for a header', () => {
    const diff = [
      'diff --git a/x.py b/x.py',
      '--- a/x.py',
      '+++ b/x.py',
      '@@ -1,2 +1,2 @@',
      '--- a/fake.py',
      '-diff --git a/fake b/fake',
      '+++ b/fake.py',
      '+rename to fake.py',
      String.raw`\ No newline at end of file`,
      'diff --git a/y.py b/y.py',
      '--- a/y.py',
      '+++ b/y.py',
      '@@ -1 +1 @@',
      '-a',
      '+b',
      '',
    ].join('\n');
    expect(changedPaths(diff)).toEqual(['x.py', 'y.py']);
  });

  test('gives no path that leaves the repository', () => {
    expect(changedPaths('diff --git a/../x b/../x\n--- a/../x\n+++ b/../x\n@@ -1 +1 @@\n-a\n+b\n')).toEqual([]);
  });
});

describe('testableFiles', () => {
  test('leaves out what the built-in list names, in every folder', () => {
    const paths = ['README.md', 'docs/b.png', 'lib/x.jar.sha1', 'Cargo.makefile', 'src/a.py', 'md'];
    expect(testableFiles(paths, [])).toEqual(['src/a.py', 'md']);
  });

  test('leaves out what the yaml ignores, and keeps what it does not', () => {
    expect(testableFiles(['gen/a.py', 'src/gen.py'], ['gen/**'])).toEqual(['src/gen.py']);
  });
});
