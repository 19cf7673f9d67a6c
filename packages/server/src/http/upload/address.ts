import type { FastifyRequest } from 'fastify';
import type { RepositoryName } from '../../names.ts';
import { shortService } from '../../names.ts';

/** Configured public addresses, without a final slash; null while unset. */
export interface ConfiguredAddresses {
  /** `setup.codecov_url`. */
  readonly codecovUrl: string | null;
  /** `setup.codecov_api_url`. */
  readonly codecovApiUrl: string | null;
  /** `setup.codecov_dashboard_url`. */
  readonly codecovDashboardUrl: string | null;
}

/** Where this server is reached from outside, without final slashes. */
export interface PublicAddresses {
  /** Uploads and the API. */
  readonly api: string;
  /** Pages for people. */
  readonly dashboard: string;
}

/**
 * The addresses to be written into an answer: those of the configuration, else the scheme and host of the request itself, so that a CI
 * elsewhere works on the first day. The framework reads forwarded headers only within `setup.http.trusted_proxy_depth`.
 */
export function publicAddresses(request: FastifyRequest, configured: ConfiguredAddresses): PublicAddresses {
  const origin = () => configured.codecovUrl ?? requestOrigin(request);
  return { api: configured.codecovApiUrl ?? origin(), dashboard: configured.codecovDashboardUrl ?? origin() };
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
