import type { z } from 'zod';
import type { ApiScope } from '../../auth/api-scopes.ts';
import { refuseScope, unauthenticated } from '../../auth/api-principal.ts';
import type { ApiRefusal } from '../../auth/api-principal.ts';
import { accessRepository } from '../../auth/repository-access.ts';
import { findRepository } from '../../database/queries/repositories.ts';
import { parseService } from '../../names.ts';
import { failure, NOT_FOUND, type ApiAnswer, type ApiFailure } from './answer.ts';
import type { Call, RepositoryCall, ServiceCall } from './context.ts';
import { checkQuery, type QueryShape, type RawQuery } from './query.ts';

/** What the OpenAPI document says of an operation. */
export interface OperationFacts<Shape extends QueryShape = QueryShape> {
  /** Stable name, `reposList`. */
  readonly id: string;
  /** With parameters in braces, without a final slash. `{name*}` takes the rest of the path, slashes included. */
  readonly path: string;
  readonly summary: string;
  readonly query: Shape;
  /** Shape of the answer with 200; it has a public name. */
  readonly answer: z.ZodType;
  /** One of these scopes is needed by callers with a token. */
  readonly scopes?: readonly ApiScope[];
  /** Statuses of failures beside 401 and 429, and 400 where there are parameters. */
  readonly failures: readonly number[];
}

/** A GET of the REST API: how it is reached, described and answered. */
export interface Operation extends OperationFacts {
  /** Who is told of a method that is not known: nobody when the address is a repository's (public-api §1.1). */
  readonly hidesMethods: boolean;
  readonly answerTo: (call: Call<RawQuery>) => Promise<ApiAnswer>;
}

/** Address of a repository's things in v2. */
export const REPOSITORY_PATH = '/api/v2/{service}/{owner}/repos/{repo}';
/** Address of a repository's things among our own. */
export const OWN_REPOSITORY_PATH = '/api/thatch/v1/repos/{service}/{owner}/{repo}';

const READ: readonly ApiScope[] = ['read'];
/** Scopes that open reports: also those of editors (public-api §4.5). */
export const REPORT_SCOPES: readonly ApiScope[] = ['read', 'read:report'];

/** An operation on what a service of forges holds. Anybody may call; `person` needs one. */
export function serviceOperation<Shape extends QueryShape>(
  facts: OperationFacts<Shape> & { readonly needsPerson?: boolean },
  answer: (call: ServiceCall<z.output<Shape>>) => Promise<ApiAnswer>,
): Operation {
  return {
    ...facts,
    hidesMethods: false,
    answerTo: async (call) => {
      const refused = refuseCaller(call, facts) ?? refuseScope(call.principal, ...(facts.scopes ?? READ));
      if (refused !== null) return fromRefusal(refused);
      const service = parseService(call.parameter('service'));
      if (service === null) return NOT_FOUND;
      const checked = checkQuery(facts.query, call.query);
      return checked.kind === 'failure' ? checked : answer({ ...call, service, query: checked.query });
    },
  };
}

/** An operation on a repository that the caller may read; whoever may not learns nothing of it (public-api §1.3). */
export function repositoryOperation<Shape extends QueryShape>(
  facts: OperationFacts<Shape> & { readonly isConfig?: boolean },
  answer: (call: RepositoryCall<z.output<Shape>>) => Promise<ApiAnswer>,
): Operation {
  return {
    ...facts,
    hidesMethods: true,
    answerTo: async (call) => {
      const access = await findReadable(call, facts.isConfig === true);
      if (access.kind === 'refused') return fromRefusal(access);
      const refused = refuseScope(call.principal, ...(facts.scopes ?? READ));
      if (refused !== null) return fromRefusal(refused);
      const checked = checkQuery(facts.query, call.query);
      if (checked.kind === 'failure') return checked;
      return answer({ ...call, repository: access.repository, role: access.role, query: checked.query });
    },
  };
}

/** The answer to a caller who is not let in. */
export function fromRefusal({ status, detail, authenticate }: ApiRefusal): ApiFailure {
  return failure(status, CODES[status], detail, authenticate === null ? {} : { 'www-authenticate': authenticate });
}

const CODES = { 401: 'not_authenticated', 403: 'not_allowed', 404: 'not_found' } as const;

function refuseCaller({ principal, app }: Call<unknown>, { needsPerson }: { readonly needsPerson?: boolean }) {
  if (principal.kind === 'super' && needsPerson === true) return unauthenticated('Invalid token.');
  const isNobody = principal.kind === 'anonymous';
  const mayAsk = needsPerson !== true && app.config.setup.guestAccess;
  return isNobody && !mayAsk ? unauthenticated('Authentication credentials were not provided.') : null;
}

async function findReadable(call: Call<unknown>, isConfig: boolean) {
  const { app, principal, request } = call;
  const service = parseService(call.parameter('service'));
  const owner = call.parameter('owner');
  const { kysely } = app.database;
  const find = async (name: string) => (service === null ? null : findRepository(kysely, { service, owner, name }));
  const name = call.parameter('repo');
  const repository = (await find(name)) ?? (await find(withoutSuffix(name)));
  // Whatever the repository: another answer for some would tell that they exist.
  if (isConfig && principal.kind === 'anonymous') {
    return unauthenticated('Authentication credentials were not provided.');
  }
  return accessRepository(
    { database: kysely, guestAccess: app.config.setup.guestAccess },
    { principal, repository, method: request.method, isConfig },
  );
}

/** `lumen.json` as `lumen`: the suffix of the compatible system (public-api §1.1). Names that really end so go first. */
export function withoutSuffix(name: string): string {
  return name.endsWith('.json') ? name.slice(0, -5) : name;
}
