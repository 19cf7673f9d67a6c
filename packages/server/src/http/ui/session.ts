import { z } from 'zod';
import { SESSION_COOKIE } from '../../auth/sessions.ts';
import { hashPassword, verifyPassword } from '../../auth/passwords.ts';
import { findUser, setPassword } from '../../database/queries/users.ts';
import { answer, EMPTY, type UiAnswer, type UiFailure } from './answer.ts';
import { CHOSEN_PASSWORD } from './chosen-password.ts';
import type { SessionAnswer } from './contract/session.ts';
import { readInstance } from './instance.ts';
import { openOperation, personOperation, type UiCall, type UiOperation, type UiPersonCall } from './operation.ts';

/** Who looks at the pages: signing in and out, and the own password. */
export const SESSION_OPERATIONS: readonly UiOperation[] = [
  openOperation({ path: '/session' }, async (call) => answer(await describeSession(call))),
  openOperation(
    {
      method: 'POST',
      path: '/session',
      body: z.object({
        name: z
          .string()
          .min(1, 'Enter the name of the account.')
          .max(200)
          .refine((name) => !name.includes('\u0000'), 'Null characters are not allowed.'),
        password: z.string().max(2000),
      }),
    },
    signIn,
  ),
  openOperation({ method: 'DELETE', path: '/session' }, async ({ app, request, setCookie }) => {
    await endOwn({ app, request });
    setCookie(SESSION_COOKIE, null);
    return EMPTY;
  }),
  personOperation(
    { method: 'POST', path: '/password', body: z.object({ current: z.string().max(2000), next: CHOSEN_PASSWORD }) },
    changePassword,
  ),
];

/** Signs a person in whose right to it is known: begins a session and gives its cookie. One that the browser had ends. */
export async function beginSession(call: Pick<UiCall, 'app' | 'request' | 'setCookie'>, userId: number): Promise<void> {
  const { app, request, setCookie } = call;
  await endOwn(call);
  const session = await app.sessions.begin(userId, {
    agent: request.headers['user-agent'] ?? null,
    address: request.ip,
  });
  setCookie(SESSION_COOKIE, session.token, session.expiresAt);
}

/** The answer to a try that is one too many; it says how long (web-ui §3.2). */
export function lockedOut(seconds: number): UiFailure {
  return {
    kind: 'failure',
    status: 429,
    code: 'sign_in_locked',
    detail: `Too many tries for this account from this address. Try again in ${seconds} ${seconds === 1 ? 'second' : 'seconds'}.`,
    headers: { 'retry-after': String(seconds) },
  };
}

async function describeSession(call: UiCall): Promise<SessionAnswer> {
  const { principal } = call;
  const person = principal.kind === 'user' ? { name: principal.name, is_operator: principal.isAdmin } : null;
  return { person, ...(await readInstance(call)) };
}

async function signIn(call: UiCall<unknown, { readonly name: string; readonly password: string }>): Promise<UiAnswer> {
  const { app, body, request } = call;
  const taken = app.signInTries.take(body.name, request.ip);
  if (taken.kind === 'locked') return lockedOut(taken.retryAfterSeconds);
  const user = await findUser(app.database.kysely, body.name);
  const isRight = await verifyPassword(body.password, user?.password_hash ?? null);
  if (user === null || !isRight) return WRONG;
  taken.succeeded();
  await beginSession(call, user.id);
  return EMPTY;
}

async function changePassword(
  call: UiPersonCall<unknown, { readonly current: string; readonly next: string }>,
): Promise<UiAnswer> {
  const { app, body, principal, request } = call;
  const taken = app.signInTries.take(principal.name, request.ip);
  if (taken.kind === 'locked') return lockedOut(taken.retryAfterSeconds);
  const user = await findUser(app.database.kysely, principal.name);
  const isRight = await verifyPassword(body.current, user?.password_hash ?? null);
  if (user === null || !isRight) return CURRENT_WRONG;
  taken.succeeded();
  const passwordHash = await hashPassword(body.next);
  await setPassword(app.database.kysely, user.id, { passwordHash, isAdmin: false });
  await app.sessions.endOthers(user.id, principal.by.id);
  return EMPTY;
}

async function endOwn({ app, request }: Pick<UiCall, 'app' | 'request'>): Promise<void> {
  const cookie = request.cookies[SESSION_COOKIE];
  if (cookie !== undefined) await app.sessions.end(cookie);
}

// The same whether the account exists or not (web-ui §7 row 4).
const WRONG: UiFailure = {
  kind: 'failure',
  status: 401,
  code: 'sign_in_wrong',
  detail: 'Name or password is not right.',
};

const CURRENT_WRONG: UiFailure = {
  kind: 'failure',
  status: 422,
  code: 'password_wrong',
  field: 'current',
  detail: 'This is not your present password.',
};
