import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { OwnServer } from '../own-server.ts';
import type { Sent } from './send.ts';

/** Errors that no uploader can cause: the demo breaks something of its own server for them. */
export const FAULTS = {
  'lost-bytes': 'removes the bytes of an upload from the storage and has it read again: "not found in storage"',
} as const;

export type Fault = keyof typeof FAULTS;

const PERSON = 'demo-repair';

/** Loses the bytes of an upload and asks for it to be read again, as a member does on its page. */
export async function loseBytes(own: OwnServer, repository: string, { beside }: Sent): Promise<void> {
  if (beside === null) return;
  removeRaw(join(own.dataFolder, 'objects'), beside.id);
  const [service, owner, ...name] = repository.split('/');
  await own.thatch('user', 'create', PERSON, '--grant', `${service}/${owner}=member`);
  const token = await own.thatch('token', 'create', '--api', PERSON, '--scope', 'repo:write');
  const address = `${own.url}/api/ui/repos/${service}/${owner}/${name.join('/')}/commits/${beside.commit}/reprocess`;
  const response = await fetch(address, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ upload: beside.id }),
  });
  if (!response.ok) throw new Error(`the upload is not read again: ${response.status} ${await response.text()}`);
}

/** Raw bytes lie below a folder that is named by the upload's id. */
function removeRaw(objects: string, id: string): void {
  const raw = readdirSync(objects, { recursive: true, withFileTypes: true }).filter(
    (entry) => entry.isFile() && entry.parentPath.includes('raw') && entry.parentPath.endsWith(id),
  );
  if (raw.length === 0) throw new Error(`the bytes of upload ${id} are not where they are looked for`);
  for (const { parentPath, name } of raw) rmSync(join(parentPath, name));
}
