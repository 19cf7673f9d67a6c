import { compileRegex, type Program } from '@thatch/engine/regex';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { SetupConfig } from '../../config/config.ts';

const REQUEST_HEADERS = [
  'accept',
  'accept-encoding',
  'authorization',
  'content-type',
  'dnt',
  'if-none-match',
  'origin',
  'thatch-extend',
  'token-type',
  'user-agent',
  'x-csrftoken',
  'x-requested-with',
];

const EXPOSED_HEADERS = 'ETag, Retry-After, Thatch-Page-Size, WWW-Authenticate';

/** A host name has 253 characters at most. */
const LONGEST_ORIGIN = 300;
/** A pattern that needs more than this for one origin does not fit it. */
const MOST_STEPS = 1_000_000;

/** Browsers remember what they were told for a day. */
const HOLDS_SECONDS = 86_400;

/** What browsers on pages of other origins may do. */
export interface CrossOrigin {
  /** Tells the browser, with every answer, who may read it. */
  readonly allow: (request: FastifyRequest, reply: FastifyReply) => void;
  /** Tells it what it may send. */
  readonly answerPreflight: (reply: FastifyReply) => FastifyReply;
}

/**
 * Every origin may read what anybody may read; pages of the origins in `setup.api_cors_allowed_origins` (else of the installation's own
 * addresses), and of those that one of `setup.api_cors_allowed_origin_regexes` fits as a whole, may also send credentials (public-api §1.8).
 */
export function crossOrigin(setup: SetupConfig): CrossOrigin {
  const { origins, patterns, headers } = setup.cors;
  const trusted = new Set(origins ?? ownOrigins(setup));
  const programs = patterns.map(wholePattern);
  const isTrusted = (origin: string): boolean =>
    trusted.has(origin) || (origin.length <= LONGEST_ORIGIN && programs.some((program) => fits(program, origin)));
  const allowedHeaders = [...new Set([...REQUEST_HEADERS, ...headers])].toSorted().join(', ');
  return {
    allow: ({ headers: { origin } }, reply) => {
      void reply.header('access-control-expose-headers', EXPOSED_HEADERS);
      if (origin === undefined || !isTrusted(origin)) void reply.header('access-control-allow-origin', '*');
      else void reply.header('access-control-allow-origin', origin).header('access-control-allow-credentials', 'true');
    },
    answerPreflight: (reply) =>
      reply
        .code(204)
        .header('access-control-allow-methods', 'GET, HEAD, OPTIONS')
        .header('access-control-allow-headers', allowedHeaders)
        .header('access-control-max-age', String(HOLDS_SECONDS))
        .send(),
  };
}

/** Whether a browser asks if it may send a request. */
export function isPreflight({ method, headers }: FastifyRequest): boolean {
  return method === 'OPTIONS' && headers['access-control-request-method'] !== undefined;
}

function ownOrigins({ codecovUrl, codecovDashboardUrl }: SetupConfig): string[] {
  return [codecovUrl, codecovDashboardUrl].flatMap((address) => (address === null ? [] : new URL(address).origin));
}

/**
 * A pattern that is held against the whole origin: one without an end would let in `https://cov.example.com.evil.test`, which sends
 * credentials. Flags stand at the very start of a pattern and nowhere else.
 */
function wholePattern(pattern: string): Program {
  const flags = /^\(\?[a-zA-Z]+\)/.exec(pattern)?.[0] ?? '';
  const compiled = compileRegex(`${flags}(?:${pattern.slice(flags.length)})$`);
  if (compiled.kind !== 'program') throw new TypeError('a pattern that was checked does not compile');
  return compiled;
}

function fits(program: Program, origin: string): boolean {
  return program.match(origin, MOST_STEPS).kind === 'match';
}
