import type { Kysely } from 'kysely';
import type { Installation } from '../admin.ts';
import { hashPassword, refusePassword } from '../auth/passwords.ts';
import { grantRole } from '../database/queries/grants.ts';
import { findOrCreateOwner } from '../database/queries/owners.ts';
import type { OwnerName } from '../database/queries/owners.ts';
import { findOrCreateRepository } from '../database/queries/repositories.ts';
import { endAllSessions } from '../database/queries/sessions.ts';
import { createUser, findUser, setPassword } from '../database/queries/users.ts';
import type { Database, Role, User } from '../database/tables.ts';
import type { RepositoryName } from '../names.ts';
import { parseOwnerName, parseRepositoryName } from '../names.ts';
import type { Outcome } from '../outcome.ts';
import { ok, refused } from '../outcome.ts';

/** A role that a new account is to have. */
export interface GrantOrder {
  readonly role: Role;
  readonly target:
    | { readonly kind: 'owner'; readonly owner: OwnerName }
    | { readonly kind: 'repository'; readonly repository: RepositoryName };
}

/** What a new account is to be. */
export interface AccountOrder {
  readonly name: string;
  /** null: the account signs in otherwise, or only has API tokens. */
  readonly password: string | null;
  readonly grants: readonly GrantOrder[];
}

const NAME = /^[\p{L}\p{N}][\p{L}\p{N}._@-]{0,99}$/u;

/** Whether a text may be the name of an account. */
export function isAccountName(name: string): boolean {
  return NAME.test(name);
}

/**
 * `SERVICE/OWNER[/REPO]=reader|member|admin`. Two segments are an owner, three a repository; groups are joined by `:`
 * (`gl/group:sub/app`).
 *
 * @returns null when the text is not that.
 */
export function parseGrant(text: string): GrantOrder | null {
  const cut = text.lastIndexOf('=');
  const role = readRole(text.slice(cut + 1));
  const name = text.slice(0, Math.max(cut, 0));
  if (role === null) return null;
  if (name.split('/').length > 2) {
    const repository = parseRepositoryName(name);
    return repository === null ? null : { role, target: { kind: 'repository', repository } };
  }
  const owner = parseOwnerName(name);
  return owner === null ? null : { role, target: { kind: 'owner', owner } };
}

/** Makes an account with its roles. Refused when the name is taken, or the password too weak; then nothing is left behind. */
export async function createAccount({ database }: Installation, order: AccountOrder): Promise<Outcome<User>> {
  const fault = refuseOrder(order);
  if (fault !== null) return fault;
  const passwordHash = order.password === null ? null : await hashPassword(order.password);
  return database.transaction().execute(async (transaction): Promise<Outcome<User>> => {
    const user = await createUser(transaction, { name: order.name, passwordHash, isAdmin: false });
    if (user === null) return refused(`there is already an account "${order.name}"`, 'Choose another name.', 1);
    for (const grant of order.grants) await give(transaction, user, grant);
    return ok(user);
  });
}

/** Makes an administrator, or makes an existing account one and gives it this password. */
export async function createAdministrator(
  { database }: Pick<Installation, 'database'>,
  { name, password }: { readonly name: string; readonly password: string },
): Promise<Outcome<'made' | 'changed'>> {
  const fault = refuseOrder({ name, password, grants: [] });
  if (fault !== null) return fault;
  const passwordHash = await hashPassword(password);
  const made = await createUser(database, { name, passwordHash, isAdmin: true });
  if (made !== null) return ok('made');
  const known = await findUser(database, name);
  if (known === null) return refused(`the account "${name}" was deleted meanwhile`, 'Try again.', 1);
  await setPassword(database, known.id, { passwordHash, isAdmin: true });
  // Whoever came in with the old password is out.
  await endAllSessions(database, known.id);
  return ok('changed');
}

/** Account that `THATCH_ADMIN_PASSWORD` makes (install-config §8). */
const ENVIRONMENT_ADMIN = 'admin';

/**
 * Makes the account `admin` at the first start, with the password of `THATCH_ADMIN_PASSWORD`. An account of that name is left as
 * it is: a later start must not undo a password that was changed meanwhile.
 *
 * @returns `unset` without the variable, `kept` when the account is there.
 */
export async function ensureAdminFromEnvironment(
  database: Kysely<Database>,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<Outcome<'made' | 'kept' | 'unset'>> {
  const password = environment['THATCH_ADMIN_PASSWORD'];
  if (password === undefined || password === '') return ok('unset');
  if ((await findUser(database, ENVIRONMENT_ADMIN)) !== null) return ok('kept');
  const weakness = refusePassword(password);
  if (weakness !== null) return refused(`THATCH_ADMIN_PASSWORD: ${weakness}`, 'Choose another password.');
  const passwordHash = await hashPassword(password);
  // Two processes may start at once: the first one's account stays.
  const made = await createUser(database, { name: ENVIRONMENT_ADMIN, passwordHash, isAdmin: true });
  return ok(made === null ? 'kept' : 'made');
}

function refuseOrder({ name, password }: AccountOrder): Outcome<never> | null {
  if (!isAccountName(name)) {
    return refused(
      `"${name.slice(0, 60)}" cannot be the name of an account`,
      'Letters, digits and . _ @ -, beginning with a letter or digit, at most 100.',
      1,
    );
  }
  const weakness = password === null ? null : refusePassword(password);
  return weakness === null ? null : refused(weakness, 'Choose another one.', 1);
}

async function give(database: Kysely<Database>, user: User, { role, target }: GrantOrder): Promise<void> {
  if (target.kind === 'owner') {
    const owner = await findOrCreateOwner(database, target.owner);
    await grantRole(database, user.id, { kind: 'owner', ownerId: owner.id }, role);
    return;
  }
  const { repository } = await findOrCreateRepository(database, target.repository);
  await grantRole(database, user.id, { kind: 'repository', repositoryId: repository.id }, role);
}

function readRole(text: string): Role | null {
  return text === 'reader' || text === 'member' || text === 'admin' ? text : null;
}
