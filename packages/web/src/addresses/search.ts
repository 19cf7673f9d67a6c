/** Parameters of an address: a text, or several under one name. */
export type SearchValues = Readonly<Record<string, string | readonly string[]>>;

/**
 * Reads what follows the question mark. A list is `a=x&a=y`, `a[]=x&a[]=y` or `a[0]=x` (web-ui §1.4); a name that stands once is a text.
 */
export function readSearch(text: string): Record<string, string | string[]> {
  const values = new Map<string, string | string[]>();
  for (const [written, value] of new URLSearchParams(text)) {
    const bracket = /^(.+)\[\d*\]$/.exec(written);
    const name = bracket === null ? written : bracket[1];
    const known = values.get(name);
    if (known !== undefined) values.set(name, [...(Array.isArray(known) ? known : [known]), value]);
    else values.set(name, bracket === null ? value : [value]);
  }
  // Made in one step, so that a name like `__proto__` is a property as any other.
  return Object.fromEntries(values);
}

/** Writes parameters in the first form, with the question mark; empty when there are none. */
export function writeSearch(values: Readonly<Record<string, unknown>>): string {
  const written = new URLSearchParams();
  for (const [name, value] of Object.entries(values)) {
    if (value === undefined || value === null) continue;
    for (const each of Array.isArray(value) ? value : [value]) written.append(name, String(each));
  }
  const text = written.toString();
  return text === '' ? '' : `?${text}`;
}

/** The values of a list parameter. */
export function listOf(value: unknown): readonly string[] {
  if (Array.isArray(value)) return value.map(String);
  return value === undefined || value === null || value === '' ? [] : [String(value)];
}

/** One of some words; the first of them when the address says something else. Case and `_` for a space are accepted. */
export function oneOf<const Words extends readonly [string, ...string[]]>(value: unknown, words: Words): Words[number] {
  const plain = (text: string): string => text.toLowerCase().replaceAll('_', ' ');
  const asked = typeof value === 'string' ? plain(value) : '';
  return words.find((word) => plain(word) === asked) ?? words[0];
}
