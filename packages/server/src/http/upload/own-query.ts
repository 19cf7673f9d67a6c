import { z } from 'zod';
import { formatNamed } from '@thatch/engine';
import { parseSha } from '../../names.ts';
import { FLAG_RULE, isFlag } from './legacy-query.ts';

/** A query, or the first thing that is wrong with it. */
export type OwnQueryRead =
  | { readonly kind: 'query'; readonly query: OwnQuery }
  | { readonly kind: 'wrong'; readonly parameter: string; readonly rule: string };

/**
 * Reads the query of `POST /upload/coverage` (upload-protocol §8.1). Empty values count as absent, unknown keys are passed over.
 *
 * @param parameters of the request line, decoded
 */
export function readOwnQuery(parameters: URLSearchParams): OwnQueryRead {
  const parsed = QUERY.safeParse(fold(parameters));
  if (parsed.success) return { kind: 'query', query: parsed.data };
  const [{ path, message }] = parsed.error.issues;
  return { kind: 'wrong', parameter: nameOf(path), rule: message };
}

/** The parameter as it was sent: lists are told by their own name, whichever of their values is wrong. */
function nameOf([name, below]: readonly PropertyKey[]): string {
  const text = name === 'env' && below !== undefined ? `env.${String(below)}` : String(name);
  return text.replace(/\p{C}/gu, '\ufffd').slice(0, LONGEST_SHOWN);
}

export type OwnQuery = z.output<typeof QUERY>;

const LONGEST_KEY = 200;
const LONGEST_WAIT_SECONDS = 300;
const MOST_FLAGS = 1000;
const MOST_PARENTS = 64;
const MOST_VARIABLES = 200;
const LONGEST_VALUE = 1000;
const LARGEST_PULL = 2_147_483_647;
const LONGEST_SHOWN = 220;

const KINDS = { coverage: 'coverage', tests: 'test_results', bundle: 'bundle_analysis', auto: 'auto' } as const;

const QUERY = z.object({
  commit: sha(),
  repo: text(1024).optional(),
  branch: text(512).optional(),
  pr: number(1, LARGEST_PULL).optional(),
  parent: z.array(sha()).max(MOST_PARENTS, `may be given at most ${MOST_PARENTS} times`).default([]),
  tag: text(512).optional(),
  kind: z
    .enum(['coverage', 'tests', 'bundle', 'auto'], `is one of ${Object.keys(KINDS).join(', ')}`)
    .default('auto')
    .transform((kind) => KINDS[kind]),
  format: z
    .string()
    .refine((name) => formatNamed(name) !== null, 'is no report format that this server reads')
    .optional(),
  path: text(1000).optional(),
  root: text(1000).optional(),
  prefix: text(1000).optional(),
  flags: z
    .array(z.string().refine(isFlag, FLAG_RULE))
    .max(MOST_FLAGS, `may hold at most ${MOST_FLAGS} names`)
    .default([]),
  env: z
    .record(text(200), text(LONGEST_VALUE))
    .refine((variables) => Object.keys(variables).length <= MOST_VARIABLES, `holds at most ${MOST_VARIABLES} variables`)
    .optional(),
  name: text(10_000).optional(),
  job: text(100).optional(),
  build: text(100).optional(),
  build_url: text(2000).optional(),
  ci: text(100).optional(),
  key: text(LONGEST_KEY).optional(),
  final: flag(),
  wait: number(0, LONGEST_WAIT_SECONDS).default(0),
  strict: flag(),
});

// The database has no NUL in its texts; one that was left out or replaced would make two names one.
function text(most: number) {
  return z
    .string('is text')
    .max(most, `has at most ${most} characters`)
    .refine((value) => !value.includes('\u0000'), 'must not hold NUL');
}

function sha() {
  return z.string('is required: the full id of the commit').transform((value, context) => {
    const parsed = parseSha(value);
    if (parsed !== null) return parsed;
    context.addIssue({ code: 'custom', message: 'is 7 to 64 hexadecimal digits' });
    return z.NEVER;
  });
}

function number(least: number, most: number) {
  const rule = `is a whole number from ${least} to ${most}`;
  return z
    .string()
    .regex(/^\d{1,10}$/, rule)
    .transform(Number)
    .refine((value) => value >= least && value <= most, rule);
}

function flag() {
  return z
    .enum(['0', '1', 'false', 'true'], 'is 0 or 1')
    .default('0')
    .transform((word) => word === '1' || word === 'true');
}

/** Lists where lists are meant, `env.NAME` in one object, of every other key the last value. */
function fold(parameters: URLSearchParams): Record<string, unknown> {
  const fields = new Map<string, unknown>();
  const variables: Record<string, string> = Object.create(null);
  for (const [name, value] of parameters) {
    const clean = value.toWellFormed().trim();
    if (name.startsWith('env.') && name.length > 4) variables[name.slice(4).toWellFormed()] = clean;
    else if (clean !== '') fields.set(name, clean);
  }
  if (Object.keys(variables).length > 0) fields.set('env', { ...variables });
  else fields.delete('env');
  const lists = { flags: listOf(parameters, 'flags'), parent: listOf(parameters, 'parent') };
  return { ...Object.fromEntries(fields), ...lists };
}

function listOf(parameters: URLSearchParams, name: string): string[] {
  const items = parameters.getAll(name).flatMap((value) => value.toWellFormed().split(','));
  return [...new Set(items.map((item) => item.trim()).filter((item) => item !== ''))];
}
