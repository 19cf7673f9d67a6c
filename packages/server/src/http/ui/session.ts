import { z } from 'zod';
import { RateLimit } from '../../auth/rate-limit.ts';
import { SESSION_COOKIE } from '../../auth/sessions.ts';
import { verifyPassword } from '../../auth/passwords.ts';
import { findUser } from '../../database/queries/users.ts';
import { answer, EMPTY, type UiFailure } from './answer.ts';
import type { SessionAnswer } from './contract/session.ts';
import { readInstance } from './instance.ts';
import { openOperation, type UiCall, type UiOperation } from './operation.ts';

/** Who looks at the pages: signing in and out. */
export const SESSION_OPERATIONS: readonly UiOperation[] = [
  openOperation({ path: '/session' }, async (call) => answer(await describeSession(call))),
  openOperation(
    {
      method: 'POST',
      path: '/session',
      body: z.object({
        name: z.string().min(1, 'Enter the name of the account.').max(200),
        password: z.string().max(2000),
      }),
    },
    async ({ app, body, request, setCookie }) => {
      const locked = takeTry(body.name, request.ip);
      if (locked !== null) return locked;
      const user = await findUser(app.database.kysely, body.name);
      const isRight = await verifyPassword(body.password, user?.password_hash ?? null);
      if (user === null || !isRight) return WRONG;
      const session = await app.sessions.begin(user.id, {
        agent: request.headers['user-agent'] ?? null,
        address: request.ip,
      });
      setCookie(SESSION_COOKIE, session.token, session.expiresAt);
      return EMPTY;
    },
  ),
  openOperation({ method: 'DELETE', path: '/session' }, async ({ app, request, setCookie }) => {
    const cookie = request.cookies[SESSION_COOKIE];
    if (cookie !== undefined) await app.sessions.end(cookie);
    setCookie(SESSION_COOKIE, null);
    return EMPTY;
  }),
];

async function describeSession(call: UiCall): Promise<SessionAnswer> {
  const { principal } = call;
  const person = principal.kind === 'user' ? { name: principal.name, is_operator: principal.isAdmin } : null;
  return { person, ...(await readInstance(call)) };
}

/** Tries per account and address, and how long they last: ten, then one a minute. */
const TRIES = 10;
const TRIES_SECONDS = 600;
const limit = new RateLimit({ most: TRIES, seconds: TRIES_SECONDS, keys: 20_000, clock: () => performance.now() });

function takeTry(name: string, address: string): UiFailure | null {
  const taken = limit.take(`${name.toLowerCase()} ${address}`);
  if (taken.kind === 'allowed') return null;
  return {
    kind: 'failure',
    status: 429,
    code: 'sign_in_locked',
    detail: `Too many tries for this account from this address. Try again in ${taken.retryAfterSeconds} seconds.`,
    headers: { 'retry-after': String(taken.retryAfterSeconds) },
  };
}

// The same whether the account exists or not (web-ui §7 row 4).
const WRONG: UiFailure = {
  kind: 'failure',
  status: 401,
  code: 'sign_in_wrong',
  detail: 'Name or password is not right.',
};
