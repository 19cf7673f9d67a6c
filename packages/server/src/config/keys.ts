import {
  adminList,
  byteCount,
  choice,
  headerList,
  issuerList,
  logLevel,
  originList,
  password,
  patternList,
  publicAddress,
  serviceAddress,
  switchKind,
  textList,
  wholeNumber,
  words,
} from './kinds.ts';
import type { Kind, ValueOf } from './kinds.ts';

/** Provider sections of the file, in the order of install-config §6. */
export const PROVIDER_SECTIONS = [
  'github',
  'github_enterprise',
  'gitlab',
  'gitlab_enterprise',
  'bitbucket',
  'bitbucket_server',
  'thatch.providers.gitea',
  'thatch.providers.git',
] as const;

type ProviderSection = (typeof PROVIDER_SECTIONS)[number];

/** Every key that some code uses, with the kind of its value: the rows of install-config §4–8. Adding one is adding a line. */
export const KEYS = {
  'setup.codecov_url': publicAddress(),
  'setup.codecov_api_url': publicAddress(),
  'setup.codecov_dashboard_url': publicAddress(),
  'setup.api_cors_allowed_origins': originList(),
  'setup.api_cors_allowed_origin_regexes': patternList(),
  'setup.api_cors_extra_headers': headerList(),
  'setup.guest_access': switchKind(),
  'setup.admins': adminList(),
  'setup.hide_all_codecov_tokens': switchKind(),
  'setup.cookie_secret': words(),
  'setup.http.cookie_secret': words(),
  'setup.http.force_https': switchKind(),
  'setup.http.trusted_proxy_depth': wholeNumber(0, 100),
  'setup.max_sessions': wholeNumber(0),
  'setup.upload_processing_delay': wholeNumber(0, 86_400),
  'setup.expire_user_cookies_days': wholeNumber(1, 36_500),
  'setup.loglvl': logLevel(),
  'setup.debug': switchKind(),

  'services.database_url': serviceAddress('CFG-110', ['postgres', 'postgresql']),
  'services.database.username': words(),
  'services.database.password': password(),
  'services.database.name': words(),
  'services.database.host': words(),
  'services.database.port': wholeNumber(1, 65_535),
  'services.redis_url': serviceAddress('CFG-120', ['redis', 'rediss', 'unix']),

  'site.ignore': textList(),

  'github_enterprise.url': publicAddress(),
  'thatch.providers.gitea.url': publicAddress(),
  ...eachProvider('global_upload_token', words()),
  ...eachProvider('global_upload_token_enabled', switchKind()),
  ...eachProvider('enabled', switchKind()),

  'thatch.data_dir': words('a path'),
  'thatch.listen.host': words('a host name or address'),
  'thatch.listen.port': wholeNumber(0, 65_535),
  'thatch.listen.admin_port': wholeNumber(1, 65_535),
  'thatch.log.format': choice('json', 'pretty'),
  'thatch.log.level': logLevel(),
  'thatch.worker.concurrency': wholeNumber(1, 1024),
  'thatch.worker.lease_seconds': wholeNumber(2, 3600),
  'thatch.worker.poll_seconds': wholeNumber(1, 3600),
  'thatch.web.request_timeout': wholeNumber(1, 86_400),
  'thatch.web.drain_delay': wholeNumber(0, 3600),
  'thatch.web.interface': words('a path'),
  'thatch.database.pool_max': wholeNumber(2, 1000),
  'thatch.database.statement_timeout': wholeNumber(0, 86_400),
  'thatch.limits.upload_bytes': byteCount(),
  'thatch.limits.decompressed_bytes': byteCount(),
  'thatch.limits.files_per_report': wholeNumber(1),
  'thatch.limits.lines_per_report': wholeNumber(1),
  'thatch.limits.api_rpm': wholeNumber(0),
  'thatch.uploads.create_repositories': switchKind(),
  'thatch.uploads.tokenless': choice('fork', 'off'),
  'thatch.uploads.oidc': issuerList(),
  'thatch.uploads.supersede': choice('equal_content', 'same_job', 'never'),
  'thatch.parsers.compat': choice('codecov', 'strict'),
  'thatch.retention.raw_days': wholeNumber(0, 36_500),
  'thatch.sessions.max_age_days': wholeNumber(1, 36_500),
  'thatch.sessions.idle_days': wholeNumber(1, 36_500),
} as const satisfies Record<string, Kind<unknown>>;

/** The name of a key that some code uses. */
export type KeyName = keyof typeof KEYS;

/** What was configured; a key that was not is absent. */
export type Values = { readonly [Name in KeyName]?: ValueOf<(typeof KEYS)[Name]> };

/** Whether a dotted name is one of {@link KEYS}. */
export function isKeyName(name: string): name is KeyName {
  return Object.hasOwn(KEYS, name);
}

function eachProvider<const Name extends string, Value>(
  name: Name,
  kind: Kind<Value>,
): Record<`${ProviderSection}.${Name}`, Kind<Value>> {
  return Object.fromEntries(PROVIDER_SECTIONS.map((section) => [`${section}.${name}`, kind])) as Record<
    `${ProviderSection}.${Name}`,
    Kind<Value>
  >;
}
