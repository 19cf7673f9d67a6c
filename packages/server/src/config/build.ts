import { availableParallelism } from 'node:os';
import type { ClaimNames } from '../auth/oidc-claims.ts';
import type { IssuerSettings } from '../auth/oidc-issuers.ts';
import { trustedIssuers } from '../auth/oidc-issuers.ts';
import type { Service } from '../names.ts';
import type { Config } from './config.ts';
import type { KeyName, Values } from './keys.ts';
import { PROVIDER_SECTIONS } from './keys.ts';
import type { WrittenIssuer } from './kinds.ts';

/** First word of the command line: what this process is (install-config §8). */
export type Role = 'serve' | 'web' | 'api' | 'worker';

/** What a build needs beside the values. */
export interface BuildOptions {
  readonly role: Role;
  /** Some provider section says more than its upload token. */
  readonly hasProvider: boolean;
}

const PORTS: Readonly<Record<Role, number>> = { serve: 8080, web: 5000, api: 8000, worker: 5000 };
const ADMIN_PORT = 9996;
const GIBIBYTE = 2 ** 30;
const RAW_DAYS = 30;

/** Puts the checked values and the defaults of install-config §4–8 into one frozen object. */
export function buildConfig(values: Values, { role, hasProvider }: BuildOptions): Config {
  const isWhole = role === 'serve';
  return freeze({
    setup: buildSetup(values),
    services: {
      databaseUrl: databaseUrl(values, role),
      redisUrl: values['services.redis_url'] ?? (isWhole ? null : 'redis://redis:6379'),
    },
    globalTokens: globalTokens(values),
    site: { ignore: values['site.ignore'] ?? [] },
    listen: {
      host: values['thatch.listen.host'] ?? '0.0.0.0',
      port: values['thatch.listen.port'] ?? PORTS[role],
      adminPort: values['thatch.listen.admin_port'] ?? (isWhole ? null : ADMIN_PORT),
    },
    log: {
      format: values['thatch.log.format'] ?? null,
      level:
        values['thatch.log.level'] ?? values['setup.loglvl'] ?? (values['setup.debug'] === true ? 'debug' : 'info'),
    },
    worker: {
      concurrency: values['thatch.worker.concurrency'] ?? availableParallelism(),
      leaseSeconds: values['thatch.worker.lease_seconds'] ?? 10,
      pollSeconds: values['thatch.worker.poll_seconds'] ?? 5,
    },
    web: {
      requestTimeoutSeconds: values['thatch.web.request_timeout'] ?? 600,
      drainDelaySeconds: values['thatch.web.drain_delay'] ?? (isWhole ? 0 : 5),
      interfaceFolder: values['thatch.web.interface'] ?? null,
    },
    database: {
      poolMax: values['thatch.database.pool_max'] ?? 10,
      statementTimeoutSeconds: values['thatch.database.statement_timeout'] ?? 30,
    },
    limits: {
      uploadBytes: values['thatch.limits.upload_bytes'] ?? 2 * GIBIBYTE,
      decompressedBytes: values['thatch.limits.decompressed_bytes'] ?? 8 * GIBIBYTE,
      filesPerReport: values['thatch.limits.files_per_report'] ?? null,
      linesPerReport: values['thatch.limits.lines_per_report'] ?? null,
      apiRpm: values['thatch.limits.api_rpm'] ?? 600,
    },
    uploads: {
      createRepositories: values['thatch.uploads.create_repositories'] ?? (isWhole || (role === 'web' && !hasProvider)),
      tokenless: values['thatch.uploads.tokenless'] ?? 'fork',
      oidc: trustedIssuers({
        configured: (values['thatch.uploads.oidc'] ?? []).map(toIssuerSettings),
        githubEnterpriseUrl: values['github_enterprise.url'] ?? null,
        giteaUrl: values['thatch.providers.gitea.url'] ?? null,
      }),
      supersede: values['thatch.uploads.supersede'] ?? 'equal_content',
    },
    parsers: { compat: values['thatch.parsers.compat'] ?? 'codecov' },
    retention: { rawDays: orNull(values['thatch.retention.raw_days'] ?? RAW_DAYS) },
    sessions: {
      maxAgeDays: values['thatch.sessions.max_age_days'] ?? values['setup.expire_user_cookies_days'] ?? 365,
      idleDays: values['thatch.sessions.idle_days'] ?? 30,
    },
    dataDir: values['thatch.data_dir'] ?? null,
  });
}

/** `services.database.*`, the split form, as an address; null when no part of it is set (install-config §5.1). */
export function splitDatabaseUrl(values: Values): string | null {
  const [username, word, name, host, port] = SPLIT.map((key) => values[key]);
  if ([username, word, name, host, port].every((part) => part === undefined)) return null;
  const user = encodeURIComponent(username ?? 'postgres');
  const secret = word === undefined || word === '' ? '' : `:${encodeURIComponent(word)}`;
  return `postgresql://${user}${secret}@${host ?? 'postgres'}:${port ?? 5432}/${encodeURIComponent(name ?? 'postgres')}`;
}

const SPLIT = [
  'services.database.username',
  'services.database.password',
  'services.database.name',
  'services.database.host',
  'services.database.port',
] as const satisfies readonly KeyName[];

function buildSetup(values: Values): Config['setup'] {
  return {
    codecovUrl: values['setup.codecov_url'] ?? null,
    codecovApiUrl: values['setup.codecov_api_url'] ?? null,
    codecovDashboardUrl: values['setup.codecov_dashboard_url'] ?? null,
    cors: {
      origins: values['setup.api_cors_allowed_origins'] ?? null,
      patterns: values['setup.api_cors_allowed_origin_regexes'] ?? [],
      headers: values['setup.api_cors_extra_headers'] ?? ['baggage'],
    },
    guestAccess: values['setup.guest_access'] ?? true,
    admins: values['setup.admins'] ?? [],
    hideAllCodecovTokens: values['setup.hide_all_codecov_tokens'] ?? false,
    maxSessions: orNull(values['setup.max_sessions'] ?? 0),
    uploadProcessingDelaySeconds: values['setup.upload_processing_delay'] ?? 0,
    http: {
      trustedProxyDepth: values['setup.http.trusted_proxy_depth'] ?? 0,
      forceHttps: values['setup.http.force_https'] ?? false,
      cookieSecret: values['setup.http.cookie_secret'] ?? values['setup.cookie_secret'] ?? null,
    },
  };
}

function databaseUrl(values: Values, role: Role): string | null {
  const configured = values['services.database_url'] ?? splitDatabaseUrl(values);
  return configured ?? (role === 'serve' ? null : 'postgresql://postgres:@postgres:5432/postgres');
}

function globalTokens(values: Values): Config['globalTokens'] {
  return PROVIDER_SECTIONS.flatMap((section) => {
    const token = values[`${section}.global_upload_token`];
    const isOff = values[`${section}.enabled`] === false || values[`${section}.global_upload_token_enabled`] === false;
    return token === undefined || isOff
      ? []
      : [{ service: section.replace('thatch.providers.', '') as Service, token }];
  });
}

function toIssuerSettings({ audience, keys, claims, ...same }: WrittenIssuer): IssuerSettings {
  return { ...same, audiences: audience, jwksUri: keys, claims: claims === undefined ? undefined : claimNames(claims) };
}

// Claims that are not named keep the names that are usual for the CI.
function claimNames(claims: NonNullable<WrittenIssuer['claims']>): Partial<ClaimNames> {
  const names: Record<keyof ClaimNames, string | undefined> = {
    slug: claims.slug,
    repositoryId: claims.repository_id,
    ownerId: claims.owner_id,
    sha: claims.sha,
    ref: claims.ref,
  };
  return Object.fromEntries(Object.entries(names).filter(([, name]) => name !== undefined));
}

// 0 days and 0 uploads both mean "no limit".
function orNull(value: number): number | null {
  return value === 0 ? null : value;
}

function freeze<Value>(value: Value): Value {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value;
  for (const part of Object.values(value)) freeze(part);
  return Object.freeze(value);
}
