import { hashPassword } from '../../src/auth/passwords.ts';
import { createUser } from '../../src/database/queries/users.ts';
import { type Answered, send, type TestServer } from './server.ts';

/** Somebody's browser at the pages of a server under test: it keeps its cookies and names the origin of what it changes. */
export interface TestBrowser {
  readonly get: (path: string) => Promise<Answered>;
  readonly post: (path: string, json?: unknown) => Promise<Answered>;
  readonly put: (path: string, json: unknown) => Promise<Answered>;
  readonly delete: (path: string) => Promise<Answered>;
  /** The cookies as it sends them; empty without any. */
  readonly cookie: () => string;
}

/** Opens one; paths are below `/api/ui`. */
export function openBrowser(
  server: Pick<TestServer, 'url'>,
  headers: Readonly<Record<string, string>> = {},
): TestBrowser {
  let cookie = '';
  const ask = async (method: string, path: string, json?: unknown): Promise<Answered> => {
    const answered = await send(`${server.url}/api/ui${path}`, {
      method,
      json,
      headers: {
        ...(method === 'GET' ? {} : { origin: server.url }),
        ...(cookie === '' ? {} : { cookie }),
        ...headers,
      },
    });
    for (const line of answered.headers.getSetCookie()) {
      const [pair] = line.split(';');
      cookie = pair.endsWith('=') ? '' : pair;
    }
    return answered;
  };
  return {
    get: (path) => ask('GET', path),
    post: (path, json) => ask('POST', path, json),
    put: (path, json) => ask('PUT', path, json),
    delete: (path) => ask('DELETE', path),
    cookie: () => cookie,
  };
}

/** Makes an account with a password. */
export async function makeAccount(
  { app }: TestServer,
  { name, password, isAdmin = false }: { readonly name: string; readonly password: string; readonly isAdmin?: boolean },
): Promise<void> {
  const user = await createUser(app.database.kysely, { name, passwordHash: await hashPassword(password), isAdmin });
  if (user === null) throw new Error(`the account ${name} is there already`);
}
