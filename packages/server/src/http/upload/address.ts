import type { FastifyRequest } from 'fastify';
import type { App } from '../../app.ts';
import type { RepositoryName } from '../../names.ts';
import { shortService } from '../../names.ts';

/** Where this server is reached from outside. */
type Addressed = Pick<App, 'config' | 'address'>;

/**
 * Where programs reach this server, without a final slash: as configured, else the scheme and host of the request itself, so that a CI
 * elsewhere works on the first day. The framework reads forwarded headers only within `setup.http.trusted_proxy_depth`.
 */
export function apiAddress({ config }: Addressed, request: FastifyRequest): string {
  const { codecovApiUrl, codecovUrl } = config.setup;
  return codecovApiUrl ?? codecovUrl ?? requestOrigin(request);
}

/** Where people open pages, without a final slash: as configured, else as an operator said in the first run, else as the request came. */
export function pagesAddress({ config, address }: Addressed, request: FastifyRequest): string {
  const { codecovDashboardUrl, codecovUrl } = config.setup;
  return codecovDashboardUrl ?? codecovUrl ?? address.current ?? requestOrigin(request);
}

// Host names, addresses and ports have no other characters: anything else in the header is not an address to give to others.
const HOST = /^(?:[a-z0-9](?:[a-z0-9._-]{0,252})|\[[0-9a-f:.]{2,45}\])(?::\d{1,5})?$/i;

/** Scheme and host as the client knows this server; its own socket's address when what the client sent is no host. */
export function requestOrigin(request: FastifyRequest): string {
  const scheme = request.protocol === 'https' ? 'https' : 'http';
  if (HOST.test(request.host)) return `${scheme}://${request.host}`;
  return `${scheme}://localhost:${request.socket.localPort ?? 8080}`;
}

/** The page of a commit: printable ASCII without blanks, as the uploaders split answers at blanks (upload-protocol §7). */
export function commitAddress(dashboard: string, repository: RepositoryName, sha: string): string {
  return `${repositoryAddress(dashboard, repository)}/commit/${encodeURIComponent(sha)}`;
}

/** The page of a repository, under the short name of its service. */
export function repositoryAddress(dashboard: string, { service, owner, name }: RepositoryName): string {
  return [dashboard, shortService(service), segment(owner), segment(name)].join('/');
}

// A colon joins groups and is allowed in a path.
function segment(text: string): string {
  return encodeURIComponent(text).replaceAll('%3A', ':');
}
