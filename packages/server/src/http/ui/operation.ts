import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { refuseScope, type ApiPrincipal, type ApiUser } from '../../auth/api-principal.ts';
import type { ApiScope } from '../../auth/api-scopes.ts';
import { accessRepository } from '../../auth/repository-access.ts';
import { findRepository, type OwnedRepository } from '../../database/queries/repositories.ts';
import type { Role } from '../../database/tables.ts';
import { parseService } from '../../names.ts';
import type { ListedReports } from '../../reports/listed-reports.ts';
import type { ApiContext } from '../api/context.ts';
import { fromRefusal } from '../api/operation.ts';
import { checkQuery, type QueryShape, type RawQuery } from '../api/query.ts';
import { asUiFailure, NOT_THERE, type UiAnswer, type UiFailure } from './answer.ts';

/** What every operation of the pages works with. */
export interface UiContext extends ApiContext {
  readonly listed: ListedReports;
}

/** One request of a page. */
export interface UiCall<Query = unknown, Body = unknown> extends UiContext {
  readonly request: FastifyRequest;
  readonly principal: ApiPrincipal;
  readonly query: Query;
  readonly body: Body;
  /** A part of the path, decoded. */
  readonly parameter: (name: string) => string;
  /** Sets or, with null, removes a cookie of the pages. */
  readonly setCookie: (name: string, value: string | null, expires?: Date) => void;
}

/** A request about a repository that the caller may read. */
export interface UiRepositoryCall<Query = unknown, Body = unknown> extends UiCall<Query, Body> {
  readonly repository: OwnedRepository;
  /** Null for those who read because it is public. */
  readonly role: Role | null;
}

/** A request of somebody who signed in. */
export interface UiPersonCall<Query = unknown, Body = unknown> extends UiCall<Query, Body> {
  readonly principal: ApiUser;
}

/** An address of the pages: below `/api/ui`, parameters in braces, `{name*}` takes the rest of the path. */
export interface UiOperation {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly path: string;
  readonly answerTo: (call: UiCall<RawQuery>) => Promise<UiAnswer>;
}

interface Facts<Query extends QueryShape, Body extends z.ZodType> {
  readonly method?: UiOperation['method'];
  readonly path: string;
  /** Parameters after the question mark. */
  readonly query?: Query;
  /** Shape of the JSON body. */
  readonly body?: Body;
  /**
   * What an API token must reach to be taken instead of a session (public-api §4.5). Reading takes `read` unless it says otherwise; a change
   * that names none is for people who signed in.
   */
  readonly scope?: ApiScope;
}

/** Below this are the things of a repository. */
export const UI_REPOSITORY = '/repos/{service}/{owner}/{repo}';

/** An operation that anybody may call; it decides itself what to tell whom. */
export function openOperation<Query extends QueryShape, Body extends z.ZodType = z.ZodUndefined>(
  facts: Facts<Query, Body>,
  answerTo: (call: UiCall<z.output<Query>, z.output<Body>>) => Promise<UiAnswer>,
): UiOperation {
  return operation(facts, answerTo);
}

/** An operation for those who signed in; to others 401. */
export function personOperation<Query extends QueryShape, Body extends z.ZodType = z.ZodUndefined>(
  facts: Facts<Query, Body>,
  answerTo: (call: UiPersonCall<z.output<Query>, z.output<Body>>) => Promise<UiAnswer>,
): UiOperation {
  return operation(facts, async (call) => {
    const { principal } = call;
    return principal.kind === 'user' ? answerTo({ ...call, principal }) : SIGN_IN;
  });
}

/** An operation for operators of the installation; to everybody else there is nothing. */
export function operatorOperation<Query extends QueryShape, Body extends z.ZodType = z.ZodUndefined>(
  facts: Facts<Query, Body>,
  answerTo: (call: UiPersonCall<z.output<Query>, z.output<Body>>) => Promise<UiAnswer>,
): UiOperation {
  return operation(facts, async (call) => {
    const { principal } = call;
    return principal.kind === 'user' && principal.isAdmin ? answerTo({ ...call, principal }) : NOT_THERE;
  });
}

/**
 * An operation below {@link UI_REPOSITORY}. Who may not read the repository is told the same as where there is none (row 30 of
 * web-ui §7); who may read it but lacks `needs` gets 403.
 */
export function repositoryPage<Query extends QueryShape, Body extends z.ZodType = z.ZodUndefined>(
  { needs, ...facts }: Facts<Query, Body> & { readonly needs?: 'member' | 'admin' },
  answerTo: (call: UiRepositoryCall<z.output<Query>, z.output<Body>>) => Promise<UiAnswer>,
): UiOperation {
  return operation(facts, async (call) => {
    const found = await findReadable(call);
    if (found === null) return NOT_THERE;
    if (needs !== undefined && !hasRole(found.role, needs)) return { ...NOT_ALLOWED, hint: HINTS[needs] };
    return answerTo({ ...call, ...found });
  });
}

/** Whether a role includes another. */
export function hasRole(role: Role | null, needed: 'member' | 'admin'): boolean {
  return role === 'admin' || (needed === 'member' && role === 'member');
}

function operation<Query extends QueryShape, Body extends z.ZodType>(
  { method = 'GET', path, query, body, scope = method === 'GET' ? 'read' : undefined }: Facts<Query, Body>,
  answerTo: (call: UiCall<z.output<Query>, z.output<Body>>) => Promise<UiAnswer>,
): UiOperation {
  return {
    method,
    path,
    answerTo: async (call) => {
      const refused = refuseToken(call.principal, scope);
      if (refused !== null) return refused;
      const checked = checkQuery(query ?? (NO_QUERY as unknown as Query), call.query);
      if (checked.kind === 'failure') return asUiFailure(checked);
      if (body === undefined) return answerTo({ ...call, query: checked.query, body: undefined as z.output<Body> });
      const read = body.safeParse(call.body);
      if (!read.success) return bodyFailure(read.error);
      return answerTo({ ...call, query: checked.query, body: read.data });
    },
  };
}

const NO_QUERY = z.object({});

/** A token reaches as far as its scopes, whatever its person may do. Told before anything is looked up, so it tells of nothing. */
function refuseToken(principal: ApiPrincipal, scope: ApiScope | undefined): UiFailure | null {
  if (principal.kind !== 'user' || principal.by.kind !== 'token') return null;
  if (scope === undefined) return SESSION_NEEDED;
  const refused = refuseScope(principal, scope);
  return refused === null ? null : asUiFailure(fromRefusal(refused));
}

function bodyFailure({ issues }: z.ZodError): UiFailure {
  const [{ path, message }] = issues;
  const field = path.join('.');
  return {
    kind: 'failure',
    status: 422,
    code: 'field_invalid',
    detail: message,
    field: field === '' ? undefined : field,
  };
}

async function findReadable(
  call: UiCall<unknown>,
): Promise<{ readonly repository: OwnedRepository; readonly role: Role | null } | null> {
  const { app, principal } = call;
  const { kysely } = app.database;
  const service = parseService(call.parameter('service'));
  const repository =
    service === null
      ? null
      : await findRepository(kysely, { service, owner: call.parameter('owner'), name: call.parameter('repo') });
  const access = await accessRepository(
    { database: kysely, guestAccess: app.config.setup.guestAccess },
    { principal, repository, method: 'GET' },
  );
  return access.kind === 'allowed' ? access : null;
}

const SIGN_IN: UiFailure = {
  kind: 'failure',
  status: 401,
  code: 'not_signed_in',
  detail: 'You are not signed in.',
  hint: 'Sign in and try again.',
};

// A token that leaked must not become the account.
const SESSION_NEEDED: UiFailure = {
  kind: 'failure',
  status: 403,
  code: 'session_needed',
  detail: 'This is done by somebody who signed in, not by a token.',
};

const NOT_ALLOWED: UiFailure = {
  kind: 'failure',
  status: 403,
  code: 'not_allowed',
  detail: 'Your account may read this repository, but not change this.',
};

const HINTS = {
  member: 'Ask an administrator to make you a member of the organisation.',
  admin: 'Ask an administrator of the organisation to do it.',
} as const;
