import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { CIRCLECI_CLAIMS, GITHUB_CLAIMS } from '../auth/oidc-claims.ts';
import { GITHUB_ACTIONS } from '../auth/oidc.ts';
import { defaultConfig } from './config.ts';
import type { LoadConfigOptions, LoadedConfig } from './load-config.ts';
import { loadConfig } from './load-config.ts';
import type { ConfigProblem } from './problem.ts';
import { formatNotice, formatProblems, formatProblemsAsJson } from './problem.ts';
import { showConfig } from './show.ts';

const folder = mkdtempSync(join(tmpdir(), 'thatch-config-'));
afterAll(() => rmSync(folder, { recursive: true }));
const file = join(folder, 'codecov.yml');

function write(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

type Options = Partial<LoadConfigOptions> & { readonly yaml?: string };

async function load({ yaml, ...options }: Options) {
  const path = yaml === undefined ? options.path : write('codecov.yml', yaml);
  return await loadConfig({ environment: {}, role: 'serve', ...options, path });
}

async function accepted(options: Options): Promise<LoadedConfig> {
  const loaded = await load(options);
  if (loaded.kind === 'refused') throw new Error(formatProblems(loaded.problems));
  return loaded;
}

async function refused(options: Options): Promise<readonly ConfigProblem[]> {
  const loaded = await load(options);
  return loaded.kind === 'refused' ? loaded.problems : [];
}

describe('sources', () => {
  test('nothing configured gives the defaults, frozen', async () => {
    const { config } = await accepted({});
    expect(config).toEqual(defaultConfig());
    expect(config).toMatchObject({
      listen: { port: 8080, adminPort: null },
      services: { databaseUrl: null, redisUrl: null },
      limits: { uploadBytes: 2147483648, decompressedBytes: 8589934592 },
      uploads: { createRepositories: true, tokenless: 'fork', supersede: 'equal_content' },
    });
    expect(() => {
      (config.setup as { guestAccess: boolean }).guestAccess = false;
    }).toThrow(TypeError);
    expect(() => (config.globalTokens as unknown[]).push(1)).toThrow(TypeError);
  });

  test('the command line wins over the environment, that over the file, that over defaults, key by key', async () => {
    const { config, origins } = await accepted({
      yaml: 'setup:\n  max_sessions: 1\n  upload_processing_delay: 1\n  http:\n    trusted_proxy_depth: 1\n',
      environment: { SETUP__UPLOAD_PROCESSING_DELAY: '2', SETUP__HTTP__TRUSTED_PROXY_DEPTH: '2' },
      overrides: ['setup.http.trusted_proxy_depth=3'],
    });
    expect(config.setup).toMatchObject({
      maxSessions: 1,
      uploadProcessingDelaySeconds: 2,
      http: { trustedProxyDepth: 3 },
    });
    expect(Object.fromEntries(origins)).toEqual({
      'setup.max_sessions': { kind: 'file', path: file, line: 2, column: 17 },
      'setup.upload_processing_delay': { kind: 'environment', name: 'SETUP__UPLOAD_PROCESSING_DELAY', file: null },
      'setup.http.trusted_proxy_depth': { kind: 'override', key: 'setup.http.trusted_proxy_depth' },
    });
  });

  test('CODECOV_YML names the file, and --config wins over it', async () => {
    const one = write('one.yml', 'setup: {max_sessions: 1}');
    const two = write('two.yml', 'setup: {max_sessions: 2}');
    const environment = { CODECOV_YML: one };
    expect((await accepted({ environment })).config.setup.maxSessions).toBe(1);
    expect((await accepted({ environment, path: two })).config.setup.maxSessions).toBe(2);
  });

  test('a file that somebody named must be there', async () => {
    const [problem] = await refused({ path: join(folder, 'none.yml') });
    expect(problem).toMatchObject({ code: 'CFG-001', statement: `cannot read ${join(folder, 'none.yml')}: ENOENT` });
  });

  test('the words of YAML 1.1 are booleans, a missing value is unset, anchors and merges work', async () => {
    const { config } = await accepted({
      yaml: 'x: &http\n  force_https: yes\nsetup:\n  guest_access: off\n  codecov_url:\n  hide_all_codecov_tokens: On\n  http:\n    <<: *http\n    trusted_proxy_depth: 2\nthatch:\n  uploads:\n    tokenless: off\n',
    });
    expect(config.setup).toMatchObject({
      guestAccess: false,
      codecovUrl: null,
      hideAllCodecovTokens: true,
      http: { forceHttps: true, trustedProxyDepth: 2 },
    });
    expect(config.uploads.tokenless).toBe('off');
  });

  test.each(['', '# nothing\n', '---\n', 'null\n'])('a file with nothing in it (%j) is no error', async (yaml) => {
    expect((await accepted({ yaml })).config).toEqual(defaultConfig());
  });

  test('roles differ in their defaults', async () => {
    const web = (await accepted({ role: 'web' })).config;
    expect(web).toMatchObject({
      listen: { port: 5000, adminPort: 9996 },
      services: { databaseUrl: 'postgresql://postgres:@postgres:5432/postgres', redisUrl: 'redis://redis:6379' },
      web: { drainDelaySeconds: 5 },
      uploads: { createRepositories: true },
    });
    expect((await accepted({ role: 'api' })).config).toMatchObject({
      listen: { port: 8000 },
      uploads: { createRepositories: false },
    });
  });

  test('a web node with a provider does not create repositories by itself', async () => {
    const created = async (options: Options) =>
      (await accepted({ role: 'web', ...options })).config.uploads.createRepositories;
    expect(await created({ yaml: 'github: {global_upload_token: abc}' })).toBe(true);
    expect(await created({ yaml: 'github: {client_id: abc, client_secret: def}' })).toBe(false);
    expect(await created({ environment: { GITHUB__CLIENT_ID: 'abc' } })).toBe(false);
    expect(await created({ environment: { GITHUB__CLIENT_ID: '' } })).toBe(true);
    expect(await created({ yaml: 'thatch: {providers: {gitea: {url: "https://git.example.com"}}}' })).toBe(false);
  });
});

describe('environment', () => {
  test('only variables of known sections are configuration', async () => {
    const environment = {
      A__B: '1',
      __SETUP__X: '1',
      SETUP_HTTP: '1',
      npm_config__x: '1',
      POSTGRES__PORT: 'tcp://10.0.0.1',
      HOME: '/',
    };
    const { config, notices } = await accepted({ environment });
    expect(config).toEqual(defaultConfig());
    expect(notices).toEqual([]);
  });

  test('values are read as the key declares them, names in any case', async () => {
    const { config } = await accepted({
      environment: {
        GITHUB__GLOBAL_UPLOAD_TOKEN: '12345',
        setup__guest_access: '0',
        THATCH__LIMITS__UPLOAD_BYTES: '5 MiB',
        SITE__IGNORE: 'vendor/, **/*.min.js',
        SETUP__LOGLVL: 'WARNING',
      },
    });
    expect(config.globalTokens).toEqual([{ service: 'github', token: '12345' }]);
    expect(config.setup.guestAccess).toBe(false);
    expect(config.limits.uploadBytes).toBe(5 * 1024 * 1024);
    expect(config.site.ignore).toEqual(['vendor/', '**/*.min.js']);
    expect(config.log.level).toBe('warn');
  });

  test('JSONCONFIG___ gives structured values, also a whole section', async () => {
    const { config } = await accepted({
      environment: {
        JSONCONFIG___SETUP__ADMINS: '[{"service":"gh","username":"ada"}]',
        JSONCONFIG___THATCH:
          '{"worker":{"concurrency":3},"uploads":{"oidc":[{"issuer":"https://ci.example.com","service":"gitea","audience":"x"}]}}',
      },
    });
    expect(config.setup.admins).toEqual([{ service: 'github', username: 'ada' }]);
    expect(config.worker.concurrency).toBe(3);
    expect(config.uploads.oidc).toEqual([
      {
        issuer: 'https://ci.example.com',
        service: 'gitea',
        keys: { kind: 'discovery', issuer: 'https://ci.example.com' },
        audiences: ['x'],
        claims: GITHUB_CLAIMS,
        required: {},
        owners: null,
        repository: null,
      },
      GITHUB_ACTIONS,
    ]);
  });

  test('identity tokens of GitHub Actions are believed unasked, those of a forge of ours once its address is known', async () => {
    const issuersWith = async (environment: Record<string, string>) =>
      (await accepted({ environment })).config.uploads.oidc.map(({ issuer }) => issuer);
    expect(await issuersWith({})).toEqual([GITHUB_ACTIONS.issuer]);
    expect(
      await issuersWith({
        GITHUB_ENTERPRISE__URL: 'https://ghe.example',
        THATCH__PROVIDERS__GITEA__URL: 'https://forge.example',
      }),
    ).toEqual([GITHUB_ACTIONS.issuer, 'https://ghe.example/_services/token', 'https://forge.example/api/actions']);
  });

  test('an issuer that many organisations share speaks for nobody until it is bound to owners', async () => {
    const issuer = 'https://oidc.circleci.com/org/1234';
    const written = { issuer, service: 'github', claims: { sha: 'oidc.example/sha' } };
    const { config } = await accepted({
      environment: { JSONCONFIG___THATCH: JSON.stringify({ uploads: { oidc: [written] } }) },
    });
    expect(config.uploads.oidc[0]).toMatchObject({
      issuer,
      owners: [],
      claims: { ...CIRCLECI_CLAIMS, sha: 'oidc.example/sha' },
    });
  });

  test('a secret may lie in a file, without its last line feed', async () => {
    const path = write('secret', 'swordfish\n');
    const { config, origins } = await accepted({ environment: { SETUP__HTTP__COOKIE_SECRET_FILE: path } });
    expect(config.setup.http.cookieSecret).toBe('swordfish');
    expect(origins.get('setup.http.cookie_secret')).toMatchObject({
      name: 'SETUP__HTTP__COOKIE_SECRET_FILE',
      file: path,
    });
  });

  test('an empty variable is unset and said, an empty password is a password', async () => {
    const { config, notices } = await accepted({
      yaml: 'setup: {max_sessions: 5}',
      environment: { SETUP__MAX_SESSIONS: '', SERVICES__DATABASE__HOST: 'db', SERVICES__DATABASE__PASSWORD: '' },
    });
    expect(config.setup.maxSessions).toBe(5);
    expect(config.services.databaseUrl).toBe('postgresql://postgres@db:5432/postgres');
    expect(notices).toMatchObject([{ code: 'CFG-W07', key: 'setup.max_sessions' }]);
  });

  test('whole values of the file may refer to variables and files', async () => {
    const path = write('token', 'from-file\n');
    const { config } = await accepted({
      yaml: `github: {global_upload_token: "env:MY_TOKEN"}\ngitlab: {global_upload_token: "file:${path}"}\n`,
      environment: { MY_TOKEN: 'from-variable' },
    });
    expect(config.globalTokens.map(({ token }) => token)).toEqual(['from-variable', 'from-file']);
  });
});

describe('keys', () => {
  test('every provider section may have an upload token, which its switches turn off', async () => {
    const sections = ['github', 'github_enterprise', 'gitlab', 'gitlab_enterprise', 'bitbucket', 'bitbucket_server'];
    const yaml = `${sections.map((section) => `${section}: {global_upload_token: t-${section}}\n`).join('')}thatch: {providers: {gitea: {global_upload_token: t-gitea}, git: {global_upload_token: t-git}}}\n`;
    const all = (await accepted({ yaml })).config.globalTokens;
    expect(all).toEqual([...sections, 'gitea', 'git'].map((service) => ({ service, token: `t-${service}` })));
    const environment = { GITHUB__ENABLED: 'false', GITLAB__GLOBAL_UPLOAD_TOKEN_ENABLED: 'off' };
    expect((await accepted({ yaml, environment })).config.globalTokens).toHaveLength(6);
  });

  test('addresses lose their final slash, with a notice', async () => {
    const { config, notices } = await accepted({ yaml: 'setup: {codecov_url: "https://cov.example.com/base/"}' });
    expect(config.setup.codecovUrl).toBe('https://cov.example.com/base');
    expect(notices).toMatchObject([{ code: 'CFG-W04', key: 'setup.codecov_url' }]);
  });

  test('old spellings are mapped, with a notice, and the new ones win', async () => {
    const { config, notices } = await accepted({
      yaml: 'setup: {cookie_secret: old, debug: true, expire_user_cookies_days: 7}',
    });
    expect(config.setup.http.cookieSecret).toBe('old');
    expect(config.log.level).toBe('debug');
    expect(config.sessions.maxAgeDays).toBe(7);
    expect(notices.map(({ code, key }) => `${code} ${key}`)).toEqual([
      'CFG-W01 setup.cookie_secret',
      'CFG-W01 setup.debug',
      'CFG-W01 setup.expire_user_cookies_days',
    ]);
    const both = await accepted({ yaml: 'setup: {cookie_secret: old, http: {cookie_secret: new}}' });
    expect(both.config.setup.http.cookieSecret).toBe('new');
  });

  test('no cap on uploads is 0 or nothing', async () => {
    expect((await accepted({ overrides: ['setup.max_sessions=0'] })).config.setup.maxSessions).toBeNull();
    expect((await accepted({ overrides: ['setup.max_sessions=150'] })).config.setup.maxSessions).toBe(150);
  });

  test('a database in parts is put together, with special characters kept apart', async () => {
    const yaml = 'services: {database: {username: app, password: "p@ss/w:rd", name: cov, host: db.local, port: 6432}}';
    expect((await accepted({ yaml })).config.services.databaseUrl).toBe(
      'postgresql://app:p%40ss%2Fw%3Ard@db.local:6432/cov',
    );
    const problems = await refused({ yaml, overrides: ['services.database_url=postgres://other/x'] });
    expect(problems).toMatchObject([{ code: 'CFG-113', key: 'services.database_url' }]);
  });

  test('keys that no code uses yet are known, ignored ones are said with their reason, unknown ones with the nearest', async () => {
    const { notices } = await accepted({
      yaml: [
        'setup: {enterprise_license: abcdef, tasks: {celery: {prefetch: 1}, notify: {queue: notify}}, telemetry: {enabled: no}, codecov_ulr: x}',
        'services: {minio: {host: minio, port: 9000}, statsd: {host: x}}',
        'site: {codecov: {require_ci_to_pass: yes}, coverage: {status: {project: yes}}}',
        'github: {client_id: a, client_secret: b, integration: {id: 1, pem: /x.pem}, bot: {key: k}}',
        'gen_ai: {auth_secret: x}',
        'coverage: {precision: 2}',
      ].join('\n'),
    });
    expect(notices.map(formatNotice)).toEqual([
      `CFG-W03 setup.enterprise_license is ignored: there are no licence keys here · from ${file}:1:29`,
      `CFG-W03 setup.telemetry is ignored: nothing is sent to anybody · from ${file}:1:105`,
      `CFG-W02 setup.codecov_ulr is not a known key; did you mean setup.codecov_url? · from ${file}:1:133`,
      `CFG-W02 services.statsd is not a known key · from ${file}:2:54`,
      `CFG-W03 gen_ai is ignored: it belongs to the vendor's own service · from ${file}:5:9`,
      `CFG-W02 coverage is not a known key · from ${file}:6:11`,
    ]);
  });

  test('unknown keys are problems where that is asked for', async () => {
    const problems = await refused({ yaml: 'setup: {max_session: 1}', strict: true });
    expect(problems).toMatchObject([
      { code: 'CFG-W02', key: 'setup.max_session', fix: 'did you mean setup.max_sessions?' },
    ]);
  });
});

describe('showing', () => {
  test('what was configured is shown with its origin and without secrets', async () => {
    const loaded = await accepted({
      yaml: 'github: {global_upload_token: swordfish}\nservices: {database_url: "postgres://app:hunter2@db/x"}\n',
      environment: { SETUP__GUEST_ACCESS: 'no' },
    });
    expect(showConfig(loaded, false)).toBe(
      'setup.guest_access: false\nservices.database_url: "postgres://app:***@db/x"\ngithub.global_upload_token: ***\n',
    );
    const whole = showConfig(loaded, true);
    expect(whole).toContain('setup.guest_access: false  # env SETUP__GUEST_ACCESS\n');
    expect(whole).toContain(`github.global_upload_token: ***  # ${file}:1:31\n`);
    expect(whole).toContain('setup.max_sessions: (default)  # default\n');
    expect(whole).not.toMatch(/swordfish|hunter2/);
  });

  test('all problems are listed together, as the specification shows them', async () => {
    const path = write('db', 'mysql://app:hunter2@db/x\n');
    const problems = await refused({
      yaml: 'setup:\n  guest_access: maybe\n',
      environment: { SETUP__CODECOV_URL: 'codecov.example.com', SERVICES__DATABASE_URL_FILE: path },
    });
    expect(formatProblems(problems)).toBe(`thatch: configuration refused (3 problems)
  CFG-005 setup.guest_access = "maybe" is a text
          from ${file}:2:17 · expected true or false
  CFG-020 setup.codecov_url = "codecov.example.com" is not a URL
          from env SETUP__CODECOV_URL · write https://codecov.example.com (no trailing slash)
  CFG-110 services.database_url = "mysql://app:***@db/x" uses an unsupported scheme
          from ${path} (SERVICES__DATABASE_URL_FILE) · write one that begins with postgres:// or postgresql://
`);
    const [first] = formatProblemsAsJson(problems).split('\n');
    expect(JSON.parse(first)).toEqual({
      event: 'config_error',
      code: 'CFG-005',
      key: 'setup.guest_access',
      message: 'setup.guest_access = "maybe" is a text',
      source: `${file}:2:17`,
      line: 2,
      col: 17,
      expected: 'true or false',
      hint: '',
    });
  });
});
