import { createHash } from 'node:crypto';

/** Who made a commit, and when; ISO 8601. */
export interface Person {
  readonly name: string;
  readonly email: string;
  readonly time: string;
}

/** Git's name of a text. */
export function blobId(text: string): string {
  return objectId('blob', Buffer.from(text));
}

/** Git's name of a tree of files, by path. */
export function treeId(files: ReadonlyMap<string, string>): string {
  const folders = new Map<string, Map<string, string>>();
  const entries: { readonly name: string; readonly mode: string; readonly id: string }[] = [];
  for (const [path, id] of files) {
    const slash = path.indexOf('/');
    if (slash < 0) entries.push({ name: path, mode: '100644', id });
    else inFolder(folders, path.slice(0, slash)).set(path.slice(slash + 1), id);
  }
  for (const [name, inside] of folders) entries.push({ name, mode: '40000', id: treeId(inside) });
  // Git orders a folder as if its name ended with a slash.
  const order = ({ name, mode }: { name: string; mode: string }): string => (mode === '40000' ? `${name}/` : name);
  entries.sort((a, b) => (order(a) < order(b) ? -1 : 1));
  const body = entries.flatMap(({ name, mode, id }) => [Buffer.from(`${mode} ${name}\0`), Buffer.from(id, 'hex')]);
  return objectId('tree', Buffer.concat(body));
}

/** Git's name of a commit. */
export function commitId(commit: {
  readonly tree: string;
  readonly parents: readonly string[];
  readonly author: Person;
  readonly committer: Person;
  readonly message: string;
}): string {
  const lines = [
    `tree ${commit.tree}`,
    ...commit.parents.map((parent) => `parent ${parent}`),
    `author ${signature(commit.author)}`,
    `committer ${signature(commit.committer)}`,
    '',
    commit.message,
  ];
  return objectId('commit', Buffer.from(lines.join('\n')));
}

function inFolder(folders: Map<string, Map<string, string>>, name: string): Map<string, string> {
  const known = folders.get(name) ?? new Map<string, string>();
  folders.set(name, known);
  return known;
}

function signature({ name, email, time }: Person): string {
  return `${name} <${email}> ${Date.parse(time) / 1000} +0000`;
}

function objectId(kind: string, body: Uint8Array): string {
  return createHash('sha1').update(`${kind} ${body.length}\0`).update(body).digest('hex');
}
