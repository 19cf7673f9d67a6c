import type { TokenlessSetting } from '../auth/tokenless.ts';
import type { ConfiguredGlobalToken } from '../auth/token-finding.ts';
import type { TrustedIssuer } from '../auth/oidc.ts';
import type { SupersedeRule } from '../database/queries/upload-merging.ts';
import type { Service } from '../names.ts';
import { buildConfig } from './build.ts';

/** The configuration of an installation, whole, checked and frozen (install-config). Keys that no code uses are not here. */
export interface Config {
  readonly setup: SetupConfig;
  readonly services: {
    /** `services.database_url`; null = the embedded Postgres. */
    readonly databaseUrl: string | null;
    /** `services.redis_url`; null = queues in Postgres. */
    readonly redisUrl: string | null;
  };
  /** `global_upload_token` of every provider section. */
  readonly globalTokens: readonly ConfiguredGlobalToken[];
  readonly site: {
    /** `site.ignore`: patterns that hold for every repository. */
    readonly ignore: readonly string[];
  };
  readonly listen: { readonly host: string; readonly port: number; readonly adminPort: number | null };
  readonly log: { readonly format: 'json' | 'pretty' | null; readonly level: string };
  readonly worker: {
    readonly concurrency: number;
    readonly leaseSeconds: number;
    readonly pollSeconds: number;
  };
  readonly web: {
    readonly requestTimeoutSeconds: number;
    readonly drainDelaySeconds: number;
    /** Folder of a built interface; null = the one beside the server. */
    readonly interfaceFolder: string | null;
  };
  readonly database: { readonly poolMax: number; readonly statementTimeoutSeconds: number };
  readonly limits: {
    readonly uploadBytes: number;
    readonly decompressedBytes: number;
    readonly filesPerReport: number | null;
    readonly linesPerReport: number | null;
    /** Requests a minute per token or address on the REST API; 0 = off. */
    readonly apiRpm: number;
  };
  readonly uploads: {
    readonly createRepositories: boolean;
    readonly tokenless: TokenlessSetting;
    readonly oidc: readonly TrustedIssuer[];
    readonly supersede: SupersedeRule;
  };
  readonly parsers: { readonly compat: 'codecov' | 'strict' };
  readonly retention: {
    /** Raw uploads are removed after so many days; null = never (deployment §12). */
    readonly rawDays: number | null;
  };
  readonly sessions: { readonly maxAgeDays: number; readonly idleDays: number };
  /** `thatch.data_dir` as written; null = where the command line, the environment or the clone says. */
  readonly dataDir: string | null;
}

/** `setup.*`, install-config §4.1–4.3. */
export interface SetupConfig {
  /** Without a final slash; null = addresses in answers are those of the request. */
  readonly codecovUrl: string | null;
  readonly codecovApiUrl: string | null;
  readonly codecovDashboardUrl: string | null;
  /** Which pages of other origins may call the REST API as the person who is signed in (public-api §1.8). */
  readonly cors: {
    /** Null = those of the installation's own addresses. */
    readonly origins: readonly string[] | null;
    /** Regular expressions in Python's dialect. */
    readonly patterns: readonly string[];
    /** Request headers that are accepted beside the usual ones, in lower case. */
    readonly headers: readonly string[];
  };
  readonly guestAccess: boolean;
  readonly admins: readonly { readonly service: Service; readonly username: string }[];
  readonly hideAllCodecovTokens: boolean;
  /** Uploads per commit; null = no cap. */
  readonly maxSessions: number | null;
  readonly uploadProcessingDelaySeconds: number;
  readonly http: {
    readonly trustedProxyDepth: number;
    readonly forceHttps: boolean;
    readonly cookieSecret: string | null;
  };
}

/** What holds where nothing is configured, for `serve`. */
export function defaultConfig(): Config {
  return buildConfig({}, { role: 'serve', hasProvider: false });
}
