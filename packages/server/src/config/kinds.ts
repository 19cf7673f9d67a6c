import { compileRegex } from '@thatch/engine/regex';
import { z } from 'zod';
import { SERVICES, parsePlainSlug, parseService } from '../names.ts';
import type { Service, Slug } from '../names.ts';

/**
 * What kind of value a key takes. Text (of environment, `--set` or a quoted YAML value) is first read by `fromText`; then the
 * schema decides.
 */
export interface Kind<Value> {
  /** "a whole number": follows "expected". */
  readonly expected: string;
  readonly fromText: (text: string) => unknown;
  readonly schema: z.ZodType<Value>;
  /**
   * - `number`: refused with CFG-012 when Kubernetes sets it to `tcp://…`.
   * - `structure`: mappings; no ordinary variable can hold them, and a text in their place is not shown.
   */
  readonly shape: 'plain' | 'number' | 'structure';
}

/** The value a kind gives. */
export type ValueOf<Any> = Any extends Kind<infer Value> ? Value : never;

/** What a schema says that knows its own code; carried in the `params` of a custom issue. */
export interface IssueParameters {
  readonly code: string;
  readonly statement: string;
  readonly fix: string;
}

/** Whether something is on. YAML 1.1 words are booleans already when they come from the file. */
export function switchKind(): Kind<boolean> {
  return { expected: 'true or false', fromText: readSwitch, schema: z.boolean(), shape: 'plain' };
}

/** A whole number within a range. */
export function wholeNumber(least: number, most: number = Number.MAX_SAFE_INTEGER): Kind<number> {
  const range = most === Number.MAX_SAFE_INTEGER ? `of at least ${least}` : `from ${least} to ${most}`;
  return {
    expected: `a whole number ${range}`,
    fromText: readWholeNumber,
    schema: z.number().int().min(least).max(most),
    shape: 'number',
  };
}

/** Bytes: a whole number, also with a unit (`2 GiB`). */
export function byteCount(): Kind<number> {
  return {
    expected: 'a number of bytes, e.g. 2147483648 or 2 GiB',
    fromText: readBytes,
    schema: z.number().int().min(1),
    shape: 'number',
  };
}

/** Any text that is not empty. A bare number in the file is text here. */
export function words(expected = 'a text'): Kind<string> {
  return { expected, fromText: (text) => text, schema: textSchema(), shape: 'plain' };
}

/** A password: may be empty. */
export function password(): Kind<string> {
  return { ...words(), schema: z.preprocess(numberAsText, z.string()) };
}

/** One of some words, in any case. */
export function choice<const Word extends string>(...allowed: readonly Word[]): Kind<Word> {
  return {
    expected: `one of ${allowed.join(', ')}`,
    fromText: (text) => text.toLowerCase(),
    // In the file `off` and `on` are booleans.
    schema: z.preprocess(
      (value) => (typeof value === 'boolean' ? (value ? 'on' : 'off') : value),
      z.enum(allowed),
    ) as unknown as z.ZodType<Word>,
    shape: 'plain',
  };
}

/** Names of log levels as the compatible system has them. */
export function logLevel(): Kind<'debug' | 'info' | 'warn' | 'error'> {
  const allowed = ['debug', 'info', 'warn', 'error'] as const;
  return {
    expected: `one of ${allowed.join(', ')}`,
    fromText: (text) => (text.toLowerCase() === 'warning' ? 'warn' : text.toLowerCase()),
    schema: z.enum(allowed),
    shape: 'plain',
  };
}

/** Texts; as text, separated by commas. */
export function textList(): Kind<readonly string[]> {
  return {
    expected: 'a list of texts',
    fromText: (text) =>
      text
        .split(',')
        .map((part) => part.trim())
        .filter((part) => part !== ''),
    schema: z.array(z.string().min(1)),
    shape: 'plain',
  };
}

/** Origins of pages (`https://host:port`); one text is a list of one (install-config §4.1). */
export function originList(): Kind<readonly string[]> {
  return {
    ...textList(),
    expected: 'a list of origins like https://dashboard.example.com',
    schema: z.preprocess(
      (value) => (typeof value === 'string' ? [value] : value),
      z.array(z.string().transform(checkOrigin)),
    ) as unknown as z.ZodType<readonly string[]>,
  };
}

/** Regular expressions in Python's dialect. As text one, since commas belong to the dialect. */
export function patternList(): Kind<readonly string[]> {
  return {
    expected: 'a list of regular expressions',
    fromText: (text) => [text],
    schema: z.array(z.string().min(1).max(LONGEST_PATTERN).superRefine(checkPattern)),
    shape: 'plain',
  };
}

/** Names of headers; come out in lower case. */
export function headerList(): Kind<readonly string[]> {
  const name = z.string().regex(/^[!#$%&'*+.^_`|~0-9a-z-]{1,200}$/i);
  return {
    ...textList(),
    expected: 'a list of names of headers',
    schema: z.array(name.transform((text) => text.toLowerCase())),
  };
}

/** A public address of this installation; comes out without its final slash (install-config §4.1). */
export function publicAddress(): Kind<string> {
  return {
    expected: 'an address like https://codecov.example.com',
    fromText: (text) => text,
    schema: z.string().transform((text, context) => checkAddress(text, context)),
    shape: 'plain',
  };
}

/** An address of some schemes, kept as it is. */
export function serviceAddress(code: string, schemes: readonly string[]): Kind<string> {
  const expected = schemes.map((scheme) => `${scheme}://`).join(' or ');
  const schema = z.string().superRefine((text, context) => {
    const scheme = /^([a-z][a-z0-9+.-]*):/i.exec(text)?.[1].toLowerCase();
    if (scheme !== undefined && schemes.includes(scheme) && URL.canParse(text)) return;
    const statement =
      scheme !== undefined && !schemes.includes(scheme) ? 'uses an unsupported scheme' : 'is not an address';
    addIssue(context, { code, statement, fix: `write one that begins with ${expected}` });
  });
  return { expected, fromText: (text) => text, schema, shape: 'plain' };
}

/** `setup.admins`. */
export function adminList(): Kind<readonly { readonly service: Service; readonly username: string }[]> {
  return {
    expected: 'a list of {service, username}',
    fromText: (text) => text,
    schema: z.array(z.object({ service: serviceSchema(), username: textSchema() })),
    shape: 'structure',
  };
}

/** One entry of `thatch.uploads.oidc`, as written. */
export interface WrittenIssuer {
  readonly issuer: string;
  readonly service: Service;
  readonly audience: readonly string[];
  /** Address of the keys; absent = found by discovery. */
  readonly keys?: string;
  readonly claims?: Readonly<Partial<Record<'slug' | 'repository_id' | 'owner_id' | 'sha' | 'ref', string>>>;
  readonly required: Readonly<Record<string, string>>;
  readonly owners?: readonly string[];
  readonly repository?: Slug;
}

/** `thatch.uploads.oidc[]` (providers §7). */
export function issuerList(): Kind<readonly WrittenIssuer[]> {
  const claim = textSchema().optional();
  const entry = z.object({
    issuer: secureAddressSchema(),
    service: serviceSchema(),
    audience: z
      .union([textSchema().transform((one) => [one]), z.array(textSchema())])
      .optional()
      .transform((list) => list ?? []),
    keys: secureAddressSchema().optional(),
    claims: z.strictObject({ slug: claim, repository_id: claim, owner_id: claim, sha: claim, ref: claim }).optional(),
    required: z
      .record(z.string(), textSchema())
      .optional()
      .transform((claims) => claims ?? {}),
    owners: z.array(textSchema()).optional(),
    repository: z
      .string()
      .transform(
        (text, context) =>
          parsePlainSlug(text) ?? refuse(context, 'CFG-005', 'names no repository', 'write owner/name'),
      )
      .optional(),
  });
  return {
    expected: 'a list of trusted issuers',
    fromText: (text) => text,
    schema: z.array(entry),
    shape: 'structure',
  };
}

function textSchema(): z.ZodType<string> {
  return z.preprocess(numberAsText, z.string().min(1));
}

function numberAsText(value: unknown): unknown {
  return typeof value === 'number' ? String(value) : value;
}

function serviceSchema(): z.ZodType<Service> {
  return z
    .string()
    .transform(
      (text, context) =>
        parseService(text) ?? refuse(context, 'CFG-009', 'is not a service', `write one of ${SERVICES.join(', ')}`),
    );
}

/** Keys of strangers are fetched over TLS; a test's issuer on this machine needs none. */
function secureAddressSchema(): z.ZodType<string> {
  return z.string().superRefine((text, context) => {
    const url = URL.canParse(text) ? new URL(text) : null;
    if (url?.protocol === 'https:' || (url?.protocol === 'http:' && isLoopback(url.hostname))) return;
    addIssue(context, {
      code: 'CFG-020',
      statement: 'is not an https address',
      fix: 'write the whole address, https://…',
    });
  });
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '[::1]' || /^127(?:\.\d{1,3}){3}$/.test(host);
}

function checkAddress(text: string, context: z.RefinementCtx): string {
  const url = URL.canParse(text) ? new URL(text) : null;
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(text)?.[1].toLowerCase();
  if (scheme === undefined)
    return refuse(context, 'CFG-020', 'is not a URL', `write https://${hostLike(text)} (no trailing slash)`);
  if (scheme !== 'http' && scheme !== 'https')
    return refuse(context, 'CFG-021', 'is neither http nor https', 'write https://HOST');
  if (url === null || url.hostname === '') return refuse(context, 'CFG-023', 'names no host', `write ${scheme}://HOST`);
  if (url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '')
    return refuse(context, 'CFG-022', 'has a user, a query or a fragment', `write ${scheme}://${url.host}`);
  return text.replace(/\/+$/, '');
}

function checkOrigin(text: string, context: z.RefinementCtx): string {
  const address = checkAddress(text, context);
  if (!URL.canParse(address)) return z.NEVER;
  const { origin, pathname } = new URL(address);
  if (pathname === '/') return origin;
  return refuse(context, 'CFG-022', 'has a path, and an origin has none', `write ${origin}`);
}

function checkPattern(text: string, context: z.RefinementCtx): void {
  const { kind } = compileRegex(text);
  if (kind === 'program') return;
  const statement =
    kind === 'invalid' ? 'is no regular expression' : 'is a regular expression of a kind that is not supported';
  addIssue(context, { code: 'CFG-005', statement, fix: 'write one like ^https://[a-z0-9-]+\\.example\\.com$' });
}

// What was written, where it can only be a host and a path.
function hostLike(text: string): string {
  return /^[a-z0-9.-]+(?::\d+)?(?:\/[\w./-]*)?$/i.test(text) ? text.replace(/\/+$/, '') : 'HOST';
}

function refuse(context: z.RefinementCtx, code: string, statement: string, fix: string): never {
  addIssue(context, { code, statement, fix });
  return z.NEVER;
}

function addIssue(context: z.RefinementCtx, params: IssueParameters): void {
  context.addIssue({ code: 'custom', message: params.statement, params: { ...params } });
}

const LONGEST_PATTERN = 1000;

const ON = new Set(['true', 'on', 'yes', '1']);
const OFF = new Set(['false', 'off', 'no', '0']);

function readSwitch(text: string): unknown {
  const word = text.trim().toLowerCase();
  if (ON.has(word)) return true;
  return OFF.has(word) ? false : text;
}

function readWholeNumber(text: string): unknown {
  return /^[+-]?\d{1,16}$/.test(text.trim()) ? Number(text) : text;
}

const UNITS: Readonly<Record<string, number>> = {
  '': 1,
  b: 1,
  kb: 1e3,
  mb: 1e6,
  gb: 1e9,
  tb: 1e12,
  kib: 2 ** 10,
  mib: 2 ** 20,
  gib: 2 ** 30,
  tib: 2 ** 40,
};

function readBytes(text: string): unknown {
  const match = /^(\d{1,15})\s*([a-z]*)$/i.exec(text.trim());
  const unit = match === null ? undefined : UNITS[match[2].toLowerCase()];
  return match === null || unit === undefined ? text : Number(match[1]) * unit;
}
