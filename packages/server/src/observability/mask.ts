/*
 * The single place where log lines lose what nobody may read in them (deployment §2): tokens, cookies, authorization headers, bodies,
 * signed query strings.
 */

const MASK = '***';

/** A line of the log is at most this long, its line feed included. */
export const LINE_LIMIT_BYTES = 16 * 1024;

/** Fields whose value is never shown, whatever it is. Compared without case, dashes and underscores. */
const SECRET_FIELD =
  /^(authorization|proxyauthorization|cookie|setcookie|xuploadtoken|xapikey|body|rawbody|.*token|.*secret|.*password|.*passwd|signature|.*apikey|.*privatekey|.*signingkey|dsn|.*databaseurl|.*redisurl)$/;

/** Query parameters that carry a secret or a signature. */
const SECRET_PARAMETERS =
  /([?&;])((?:[\w.-]*token|k|key|sig|signature|code|state|secret|client_secret|password|api_key|apikey|x-amz-[\w-]+|x-goog-[\w-]+|awsaccesskeyid|googleaccessid)=)[^&#\s"'<>]*/gi;

const SECRET_TEXTS: readonly (readonly [RegExp, string])[] = [
  // user:password@ of an address
  [/(\b[a-z][a-z0-9+.-]*:\/\/[^\s:/?#@]*:)[^\s/?#@]*@/gi, `$1${MASK}@`],
  [SECRET_PARAMETERS, `$1$2${MASK}`],
  [/\b(bearer|basic|token|negotiate)(\s+)[\w.~+/=-]{6,}/gi, `$1$2${MASK}`],
  // JSON web tokens
  [/\beyJ[\w-]{5,}\.[\w-]+\.[\w-]*/g, MASK],
  // API tokens of our own, and those of the forges
  [/\bthatch_[a-z]{2,8}_\w+/g, MASK],
  [/\b(?:gh[pousr]_|github_pat_|glpat-|glrt-|xox[abprs]-)[\w-]{10,}/g, MASK],
  // Upload tokens are random UUIDs (version 4); ids of uploads are of version 7 and stay.
  [/\b[0-9a-f]{8}-?[0-9a-f]{4}-?4[0-9a-f]{3}-?[89ab][0-9a-f]{3}-?[0-9a-f]{12}\b/gi, MASK],
];

const DEEPEST = 12;
const CUTS = [4096, 1024, 256, 64];

/** Masks one line of the log, a JSON object with a line feed, and cuts it to {@link LINE_LIMIT_BYTES}. */
export function maskLine(line: string): string {
  let record: Record<string, unknown>;
  try {
    record = JSON.parse(line) as Record<string, unknown>;
  } catch {
    return `${maskText(line.trimEnd())}\n`;
  }
  return toLine(maskValue(record, 0) as Record<string, unknown>);
}

/** Masks the secrets that can be recognised inside a text. */
export function maskText(text: string): string {
  let masked = text;
  for (const [pattern, replacement] of SECRET_TEXTS) masked = masked.replace(pattern, replacement);
  return masked;
}

function maskValue(value: unknown, depth: number): unknown {
  if (typeof value === 'string') return maskText(value);
  if (typeof value !== 'object' || value === null) return value;
  if (depth >= DEEPEST) return '…';
  if (Array.isArray(value)) return value.map((item) => maskValue(item, depth + 1));
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => [
      maskText(name),
      isSecretField(name) && hasContent(item) ? MASK : maskValue(item, depth + 1),
    ]),
  );
}

function isSecretField(name: string): boolean {
  return SECRET_FIELD.test(name.replaceAll(/[-_]/g, '').toLowerCase());
}

// "no token was sent" is worth knowing and no secret; so are numbers (a count of tokens) and switches.
function hasContent(value: unknown): boolean {
  return (
    value !== null && value !== undefined && value !== '' && typeof value !== 'boolean' && typeof value !== 'number'
  );
}

function toLine(record: Record<string, unknown>): string {
  let line = `${JSON.stringify(record)}\n`;
  for (const cut of CUTS) {
    if (Buffer.byteLength(line) <= LINE_LIMIT_BYTES) return line;
    line = `${JSON.stringify({ ...(cutTexts(record, cut) as object), truncated: true })}\n`;
  }
  if (Buffer.byteLength(line) <= LINE_LIMIT_BYTES) return line;
  const { time, level, role, node, version, msg } = record;
  return `${JSON.stringify({ time, level, role, node, version, msg: cutTexts(msg, 1024), truncated: true })}\n`;
}

function cutTexts(value: unknown, cut: number): unknown {
  if (typeof value === 'string') return value.length <= cut ? value : `${value.slice(0, cut).toWellFormed()}…`;
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.slice(0, cut).map((item) => cutTexts(item, cut));
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, cutTexts(item, cut)]));
}
