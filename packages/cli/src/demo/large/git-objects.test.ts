import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { makeRepository } from '../../../test/repository.ts';
import { blobId, commitId, treeId } from './git-objects.ts';

test('ids are those that git gives', () => {
  const repository = makeRepository();
  try {
    const files = { 'a.txt': 'one\n', 'a/b.ts': 'two\n', 'a-b': 'three', 'z/y/x.go': 'vier äöü\n' };
    for (const [path, text] of Object.entries(files)) repository.write(path, text);
    const sha = repository.commit('Make it');
    const blobs = new Map(Object.entries(files).map(([path, text]) => [path, blobId(text)]));
    const tree = treeId(blobs);
    expect(tree).toBe(repository.git('rev-parse', `${sha}^{tree}`));
    const time = new Date(1000 * Number(repository.git('log', '-1', '--format=%ct'))).toISOString();
    const person = { name: 'Ann Author', email: 'ann@acme.example', time };
    const commit = { tree, parents: [sha], author: person, committer: person, message: 'Next\n' };
    const text = `tree ${tree}\nparent ${sha}\nauthor ${'Ann Author <ann@acme.example>'} ${Date.parse(time) / 1000} +0000\ncommitter Ann Author <ann@acme.example> ${Date.parse(time) / 1000} +0000\n\nNext\n`;
    const options = { cwd: repository.folder, input: text, encoding: 'utf8' } as const;
    expect(commitId(commit)).toBe(execFileSync('git', ['hash-object', '-t', 'commit', '--stdin'], options).trim());
  } finally {
    repository.remove();
  }
});
