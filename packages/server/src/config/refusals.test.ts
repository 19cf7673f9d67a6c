import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import { loadConfig } from './load-config.ts';
import { formatNotice, formatProblems, formatProblemsAsJson } from './problem.ts';
import { showConfig } from './show.ts';

const folder = mkdtempSync(join(tmpdir(), 'thatch-refusals-'));
afterAll(() => rmSync(folder, { recursive: true }));
const file = join(folder, 'codecov.yml');
const SECRET = 'Sw0rdfishHunter2';

interface Case {
  readonly yaml?: string;
  readonly environment?: Record<string, string>;
  readonly overrides?: readonly string[];
}

async function loadCase({ yaml, environment = {}, overrides = [] }: Case) {
  if (yaml !== undefined) writeFileSync(file, yaml);
  return await loadConfig({ ...(yaml === undefined ? {} : { path: file }), environment, overrides, role: 'serve' });
}

const CASES: readonly (readonly [code: string, key: string, source: string, Case])[] = [
  ['CFG-001', '', '', { environment: { CODECOV_YML: join(folder, 'none.yml') } }],
  [
    'CFG-001',
    'services.redis_url',
    'env SERVICES__REDIS_URL_FILE',
    { environment: { SERVICES__REDIS_URL_FILE: join(folder, 'none') } },
  ],
  ['CFG-001', 'services.redis_url', `${file}:1:25`, { yaml: 'services: {  redis_url: "file:/none/such"}' }],
  ['CFG-002', '', `${file}:3:1`, { yaml: `setup:\n  cookie_secret: "${SECRET}\n` }],
  ['CFG-002', '', `${file}:`, { yaml: `setup: {cookie_secret: ${SECRET}\nservices: [\n` }],
  [
    'CFG-002',
    '',
    `${file}:`,
    { yaml: 'a: &a [x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b,*b,*b,*b]\n' },
  ],
  ['CFG-003', '', `${file}:1:1`, { yaml: '- setup\n' }],
  ['CFG-003', '', `${file}:1:1`, { yaml: SECRET }],
  ['CFG-004', 'max_sessions', `${file}:3:3`, { yaml: 'setup:\n  max_sessions: 1\n  max_sessions: 2\n' }],
  ['CFG-004', '', `${file}:1:`, { yaml: `setup: {cookie_secret: !vault "${SECRET}"}\n` }],
  ['CFG-005', '', `${file}:1:`, { yaml: 'setup: {max_sessions: 0755}\n' }],
  ['CFG-005', 'setup.max_sessions', `${file}:1:`, { yaml: 'setup: {max_sessions: many}\n' }],
  ['CFG-005', 'setup.max_sessions', `${file}:1:`, { yaml: 'setup: {max_sessions: 1.5}\n' }],
  ['CFG-005', 'setup.codecov_url', `${file}:1:`, { yaml: 'setup: {codecov_url: [a]}\n' }],
  ['CFG-005', 'setup', `${file}:1:8`, { yaml: 'setup: on\n' }],
  ['CFG-005', 'setup.http', 'env SETUP__HTTP', { environment: { SETUP__HTTP: 'x' } }],
  ['CFG-005', 'setup.admins', 'env SETUP__ADMINS', { environment: { SETUP__ADMINS: 'ada' } }],
  [
    'CFG-005',
    'setup.admins[1].username',
    `${file}:1:`,
    { yaml: 'setup: {admins: [{service: github, username: a}, {service: github}]}\n' },
  ],
  ['CFG-005', '', '', { overrides: [SECRET] }],
  [
    'CFG-006',
    'setup.admins',
    'env JSONCONFIG___SETUP__ADMINS',
    { environment: { JSONCONFIG___SETUP__ADMINS: `[${SECRET}` } },
  ],
  [
    'CFG-007',
    'setup.http.cookie_secret',
    '',
    { environment: { SETUP__HTTP__COOKIE_SECRET: SECRET, SETUP__HTTP__COOKIE_SECRET_FILE: '/none' } },
  ],
  ['CFG-008', 'github.global_upload_token', `${file}:1:`, { yaml: 'github: {global_upload_token: "env:NOT_SET"}\n' }],
  [
    'CFG-009',
    'setup.admins[0].service',
    `${file}:1:`,
    { yaml: 'setup: {admins: [{service: sourceforge, username: a}]}\n' },
  ],
  [
    'CFG-009',
    'thatch.uploads.supersede',
    '--set thatch.uploads.supersede',
    { overrides: ['thatch.uploads.supersede=sometimes'] },
  ],
  ['CFG-010', 'github.global_upload_token', `${file}:1:`, { yaml: 'github: {global_upload_token: <token>}\n' }],
  ['CFG-010', 'github.client_id', `${file}:1:`, { yaml: 'github: {client_id: <client-id>}\n' }],
  ['CFG-010', 'services.minio.region', `${file}:1:`, { yaml: 'services: {minio: {region: None}}\n' }],
  ['CFG-011', 'thatch.listen.port', 'env THATCH__LISTEN__PORT', { environment: { THATCH__LISTEN__PORT: '70000' } }],
  [
    'CFG-011',
    'setup.http.trusted_proxy_depth',
    '--set setup.http.trusted_proxy_depth',
    { overrides: ['setup.http.trusted_proxy_depth=-1'] },
  ],
  [
    'CFG-012',
    'thatch.listen.port',
    'env THATCH__LISTEN__PORT',
    { environment: { THATCH__LISTEN__PORT: 'tcp://10.0.0.1:8080' } },
  ],
  ['CFG-020', 'setup.codecov_url', `${file}:1:`, { yaml: `setup: {codecov_url: "user:${SECRET}@host"}\n` }],
  ['CFG-021', 'setup.codecov_url', `${file}:1:`, { yaml: 'setup: {codecov_url: "ftp://host"}\n' }],
  ['CFG-022', 'setup.codecov_url', `${file}:1:`, { yaml: `setup: {codecov_url: "https://u:${SECRET}@host"}\n` }],
  ['CFG-022', 'setup.codecov_url', `${file}:1:`, { yaml: `setup: {codecov_url: "https://host/?token=${SECRET}"}\n` }],
  ['CFG-023', 'setup.codecov_url', `${file}:1:`, { yaml: 'setup: {codecov_url: "https://"}\n' }],
  [
    'CFG-020',
    'thatch.uploads.oidc[0].issuer',
    `${file}:1:`,
    { yaml: 'thatch: {uploads: {oidc: [{issuer: "http://ci.example.com", service: git}]}}\n' },
  ],
  [
    'CFG-110',
    'services.database_url',
    `${file}:1:`,
    { yaml: `services: {database_url: "mysql://u:${SECRET}@db/x?sslpassword=${SECRET}"}\n` },
  ],
  [
    'CFG-113',
    'services.database_url',
    `${file}:1:`,
    { yaml: `services: {database_url: "postgres://u:${SECRET}@db/x", database: {host: other}}\n` },
  ],
  ['CFG-120', 'services.redis_url', `${file}:1:`, { yaml: `services: {redis_url: "amqp://u:${SECRET}@mq"}\n` }],
  ['CFG-121', 'services.rabbitmq_url', `${file}:1:`, { yaml: `services: {rabbitmq_url: "amqp://u:${SECRET}@mq"}\n` }],
];

test.each(CASES)('%s %s from %s', async (code, key, source, options) => {
  const loaded = await loadCase(options);
  if (loaded.kind === 'ok') throw new Error('it was accepted');
  const text = formatProblems(loaded.problems);
  const found = loaded.problems.find((problem) => problem.code === code);
  expect(found, text).toBeDefined();
  expect(found?.key).toBe(key);
  if (source !== '') expect(text).toContain(`from ${source}`);
  expect(text + formatProblemsAsJson(loaded.problems)).not.toContain(SECRET);
});

test('a wrong value that another source replaces is no problem', async () => {
  const loaded = await loadCase({
    yaml: 'thatch: {listen: {port: <port>}}\n',
    environment: { THATCH__LISTEN__PORT: '9000' },
  });
  expect(loaded).toMatchObject({ kind: 'ok', config: { listen: { port: 9000 } } });
});

const SECRET_KEYS = [
  'setup.cookie_secret',
  'setup.http.cookie_secret',
  'setup.encryption_secret',
  'setup.enterprise_license',
  'services.database.password',
  'services.database_url',
  'services.redis_url',
  'services.minio.secret_access_key',
  'github.global_upload_token',
  'github.client_secret',
  'thatch.providers.git.global_upload_token',
  'thatch.metrics.token',
  'thatch.errors.sentry_dsn',
  'setup.admins',
  'thatch.uploads.oidc',
] as const;

test('no secret is ever in what is printed, however it is written and whatever is wrong with it', async () => {
  const shapes: readonly ((secret: string) => unknown)[] = [
    (secret) => secret,
    (secret) => [secret],
    (secret) => ({ name: secret }),
    (secret) => [{ service: 'github', username: 7, token: secret }],
    (secret) => `postgres://app:${secret}@host/db`,
    (secret) => `https://x:${secret}`,
    (secret) => `amqp://app:${secret}@mq?password=${secret}`,
    (secret) => `app:${secret}@host`,
  ];
  const secrets = fc
    .string({ unit: fc.constantFrom(...'abcXYZ09/?#[]{}:,&*!|>%'), minLength: 4, maxLength: 20 })
    .map((middle) => `${SECRET}${middle}${SECRET}`);
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...SECRET_KEYS),
      fc.constantFrom(...shapes),
      secrets,
      fc.nat(3),
      async (key, shape, secret, way) => {
        const value = shape(secret);
        const text = typeof value === 'string' ? value : JSON.stringify(value);
        const name = key.toUpperCase().replaceAll('.', '__');
        const nested = key
          .split('.')
          .toReversed()
          .reduce<unknown>((inner, part) => ({ [part]: inner }), value);
        const isAddress = key.endsWith('_url');
        // A bare secret as an address is not known to be one; it is only masked where addresses have passwords.
        if (isAddress && (typeof value !== 'string' || !value.includes('@'))) return;
        const cases: readonly Case[] = [
          { yaml: JSON.stringify(nested) },
          { environment: { [name]: text } },
          { environment: { [`JSONCONFIG___${name}`]: JSON.stringify(value).slice(0, way === 2 ? -1 : undefined) } },
          { overrides: [`${key}=${text}`] },
        ];
        const loaded = await loadCase(cases[way]);
        const printed =
          loaded.kind === 'refused'
            ? formatProblems(loaded.problems) + formatProblemsAsJson(loaded.problems)
            : showConfig(loaded, true) + loaded.notices.map(formatNotice).join('\n');
        expect(printed).not.toContain(SECRET);
      },
    ),
    { numRuns: 400 },
  );
});
