import type { Command } from 'commander';
import { InvalidArgumentError, Option } from 'commander';
import type { TokenOrder, TokenSummary } from '@thatch/server/administration/tokens.ts';
import { API_SCOPES } from '@thatch/server/auth/api-scopes.ts';
import type { ApiScope } from '@thatch/server/auth/api-scopes.ts';
import { parseOwnerName, parseRepositoryName, parseService } from '@thatch/server/names.ts';
import type { InstallationFlags } from '../administration.ts';
import { addInstallationOptions, tell, workOn } from '../administration.ts';
import type { DefineCommand } from '../command.ts';
import { parseExpiry } from '../expiry.ts';
import { formatTable } from '../table.ts';

/** `thatch token create|list|revoke`. */
export const tokenCommand: DefineCommand = (command) => {
  defineCreate(command.command('create'));
  defineList(command.command('list'));
  defineRevoke(command.command('revoke'));
};

interface CreateFlags extends InstallationFlags {
  readonly global?: true;
  readonly service?: string;
  readonly owner?: string;
  readonly repo?: string;
  readonly api?: string;
  readonly scope?: readonly ApiScope[];
  readonly expires?: Date | null;
  readonly name?: string;
}

const API_DAYS = 90;
const DAY_MS = 24 * 3_600_000;

function defineCreate(command: Command): void {
  addInstallationOptions(
    command
      .summary('make a token and print it')
      .description(
        'Makes a token and prints it, alone, on standard output. It is stored hashed: this is the only time it is shown.',
      )
      .addOption(new Option('--global', 'an upload token for every repository').conflicts(['owner', 'repo', 'api']))
      .addOption(
        new Option('--service <service>', 'with --global: only for this provider').conflicts(['owner', 'repo', 'api']),
      )
      .addOption(
        new Option('--owner <service/owner>', 'an upload token for all of an owner').conflicts(['repo', 'api']),
      )
      .addOption(new Option('--repo <service/owner/name>', 'an upload token for one repository').conflicts(['api']))
      .option(
        '--api <user>',
        `an API token of an account (ends after ${API_DAYS} days unless --expires says otherwise)`,
      )
      .addOption(
        new Option('--scope <scope>', 'with --api: what it may do, repeatable (default: read)')
          .choices(API_SCOPES)
          .argParser((scope, before: readonly ApiScope[] | undefined) => [...(before ?? []), readScope(scope)]),
      )
      .option('--expires <when>', '90d, 12h, 2027-01-31, a moment, or never', readExpiry)
      .option('--name <text>', 'a note for the list'),
  ).action(create);
}

async function create(flags: CreateFlags, command: Command): Promise<void> {
  const order = readOrder(flags, command);
  const made = await workOn(flags, async (installation) => {
    const { createToken } = await import('@thatch/server/administration/tokens.ts');
    return createToken(installation, order, { name: flags.name ?? null, expiresAt: endOf(order, flags.expires) });
  });
  if (made !== null) process.stdout.write(`${made.value}\n`);
}

function readOrder(flags: CreateFlags, command: Command): TokenOrder {
  if (flags.global === true) return { kind: 'global', service: readService(flags.service, command) };
  if (flags.owner !== undefined) {
    const owner = parseOwnerName(flags.owner);
    return owner === null ? command.error(wrongName('--owner', 'SERVICE/OWNER', 'gh/acme')) : { kind: 'owner', owner };
  }
  if (flags.repo !== undefined) {
    const repository = parseRepositoryName(flags.repo);
    if (repository !== null) return { kind: 'repository', repository };
    return command.error(wrongName('--repo', 'SERVICE/OWNER/NAME', 'gh/acme/web'));
  }
  if (flags.api !== undefined) return { kind: 'api', user: flags.api, scopes: flags.scope ?? ['read'] };
  return command.error('thatch: say what the token is for: --global, --owner, --repo or --api');
}

function readService(text: string | undefined, command: Command) {
  if (text === undefined) return null;
  return (
    parseService(text) ?? command.error('thatch: --service names no provider that is known, such as github or gitlab')
  );
}

function endOf(order: TokenOrder, expires: Date | null | undefined): Date | null {
  if (expires !== undefined) return expires;
  return order.kind === 'api' ? new Date(Date.now() + API_DAYS * DAY_MS) : null;
}

function readExpiry(text: string): Date | null {
  const expiry = parseExpiry(text, new Date());
  if (expiry === undefined) throw new InvalidArgumentError('Say 90d, 12h, 2027-01-31, 2027-01-31T12:00:00Z or never.');
  return expiry;
}

function readScope(text: string): ApiScope {
  const scope = API_SCOPES.find((known) => known === text);
  if (scope === undefined) throw new InvalidArgumentError(`Known are ${API_SCOPES.join(', ')}.`);
  return scope;
}

function wrongName(option: string, form: string, example: string): string {
  return `thatch: ${option} must be ${form}, like ${example}`;
}

interface ListFlags extends InstallationFlags {
  readonly all?: true;
  readonly json?: true;
}

function defineList(command: Command): void {
  addInstallationOptions(
    command
      .summary('list tokens')
      .description('Lists the tokens in force, newest first, by the beginning of each.')
      .option('--all', 'those that were revoked too')
      .option('--json', 'as JSON'),
  ).action(list);
}

async function list(flags: ListFlags): Promise<void> {
  const listed = await workOn(
    flags,
    async (installation) => {
      const { summariseTokens } = await import('@thatch/server/administration/tokens.ts');
      return { kind: 'ok', value: await summariseTokens(installation, { withRevoked: flags.all === true }) };
    },
    { mustExist: true },
  );
  if (listed === null) return;
  if (flags.json === true) process.stdout.write(`${JSON.stringify(listed.value, null, 2)}\n`);
  else if (listed.value.length === 0) tell('There is no token yet. Make one: thatch token create --global');
  else process.stdout.write(formatTable(HEADINGS, listed.value.map(tokenRow)));
}

const HEADINGS = ['ID', 'KIND', 'FOR', 'BEGINS', 'MADE', 'ENDS', 'LAST USED', 'NAME'];

function tokenRow(token: TokenSummary): string[] {
  return [
    String(token.id),
    token.kind,
    token.target,
    token.prefix,
    day(token.createdAt),
    token.revokedAt === null ? day(token.expiresAt) : 'revoked',
    day(token.lastUsedAt),
    token.name ?? '',
  ];
}

function day(date: Date | null): string {
  return date === null ? '–' : date.toISOString().slice(0, 10);
}

function defineRevoke(command: Command): void {
  addInstallationOptions(
    command
      .summary('end a token for good')
      .description('Ends a token: from the next request on it opens nothing.')
      .argument('<id>', 'number of the list, beginning of the token (six characters or more), or the token'),
  ).action(revoke);
}

async function revoke(reference: string, flags: InstallationFlags): Promise<void> {
  const revoked = await workOn(
    flags,
    async (installation) => {
      const { revokeTokenByReference } = await import('@thatch/server/administration/tokens.ts');
      return revokeTokenByReference(installation, reference);
    },
    { mustExist: true },
  );
  if (revoked !== null)
    tell(`Revoked the ${revoked.value.kind} token ${revoked.value.prefix}… for ${revoked.value.target}.`);
}
