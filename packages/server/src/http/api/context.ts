import type { FastifyRequest } from 'fastify';
import type { App } from '../../app.ts';
import type { ApiPrincipal } from '../../auth/api-principal.ts';
import type { OwnedRepository } from '../../database/queries/repositories.ts';
import type { Role } from '../../database/tables.ts';
import type { Service } from '../../names.ts';
import type { OpenReports } from '../../reports/open-reports.ts';

/** What every operation works with. */
export interface ApiContext {
  readonly app: App;
  readonly reports: OpenReports;
}

/** One request to an operation, its query checked. */
export interface Call<Query> extends ApiContext {
  readonly request: FastifyRequest;
  readonly principal: ApiPrincipal;
  readonly query: Query;
  /** Whether our additions are wanted: `Thatch-Extend: 1` or `?thatch=1` (public-api §4.1). */
  readonly isExtended: boolean;
  /** A part of the path, decoded. */
  readonly parameter: (name: string) => string;
}

/** One request about a service of forges. */
export interface ServiceCall<Query> extends Call<Query> {
  readonly service: Service;
}

/** One request about a repository that the caller may read. */
export interface RepositoryCall<Query> extends Call<Query> {
  readonly repository: OwnedRepository;
  /** Null for those who read because it is public. */
  readonly role: Role | null;
}
