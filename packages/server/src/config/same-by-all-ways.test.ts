import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import { stringify } from 'yaml';
import type { KeyName } from './keys.ts';
import { KEYS } from './keys.ts';
import { loadConfig } from './load-config.ts';
import { formatProblems } from './problem.ts';

const folder = mkdtempSync(join(tmpdir(), 'thatch-ways-'));
afterAll(() => rmSync(folder, { recursive: true }));

const word = fc
  .string({ unit: fc.constantFrom(...'abcdefghijklmnopqrstuvwxyz0123456789-_'), minLength: 3, maxLength: 12 })
  .filter((text) => !/^(None|null|0.*)$/i.test(text));

/** Values that each kind of key takes, by what the kind expects. */
function valuesOf(key: KeyName): fc.Arbitrary<unknown> {
  const { expected } = KEYS[key];
  if (key.startsWith('services.database.')) return fc.constant(null);
  if (expected === 'true or false') return fc.boolean();
  if (expected.startsWith('a number of bytes')) return fc.integer({ min: 1, max: 2 ** 40 });
  const range = /^a whole number from (\d+) to (\d+)$/.exec(expected);
  if (range !== null) return fc.integer({ min: Number(range[1]), max: Number(range[2]) });
  if (expected.startsWith('a whole number')) return fc.integer({ min: 1, max: 2 ** 40 });
  if (expected.startsWith('one of ')) return fc.constantFrom(...expected.slice('one of '.length).split(', '));
  if (expected.startsWith('an address'))
    return word.map((host) => `https://h${host.replaceAll(/[_-]/g, '')}.example.com/base`);
  if (expected.startsWith('postgres')) return word.map((name) => `postgres://u:p${name}@db/x`);
  if (expected.startsWith('redis')) return word.map((name) => `rediss://u:p${name}@redis:6379/1`);
  if (expected === 'a list of texts' || expected === 'a list of names of headers')
    return fc.array(word, { minLength: 1, maxLength: 3 });
  if (expected.startsWith('a list of origins'))
    return fc.array(
      word.map((host) => `https://h${host.replaceAll(/[_-]/g, '')}.example.com`),
      { minLength: 1, maxLength: 3 },
    );
  // As text it is one.
  if (expected === 'a list of regular expressions')
    return word.map((name) => [String.raw`^https://(${name},?)+\.example\.com$`]);
  if (expected === 'a list of {service, username}')
    return fc.array(fc.record({ service: fc.constantFrom('gh', 'gitlab'), username: word }), {
      minLength: 1,
      maxLength: 2,
    });
  if (expected === 'a list of trusted issuers')
    return fc.array(
      fc.record({
        issuer: word.map((name) => `https://ci.example.com/${name}`),
        service: fc.constant('git'),
        audience: word,
        required: fc.dictionary(word, word, { maxKeys: 2 }),
      }),
      { minLength: 1, maxLength: 2 },
    );
  return word;
}

const tree = fc.record(Object.fromEntries((Object.keys(KEYS) as KeyName[]).map((key) => [key, valuesOf(key)])), {
  requiredKeys: [],
});

function nest(values: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const root: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(values)) {
    const path = key.split('.');
    let node = root;
    for (const part of path.slice(0, -1)) node = (node[part] ??= {}) as Record<string, unknown>;
    node[path.at(-1)!] = value;
  }
  return root;
}

function isStructured(value: unknown): boolean {
  return Array.isArray(value) && typeof value[0] === 'object';
}

function variableOf(key: string): string {
  return key.toUpperCase().replaceAll('.', '__');
}

test('the file, A__B variables, JSONCONFIG___ variables and --set give the same configuration for any values that are allowed', async () => {
  await fc.assert(
    fc.asyncProperty(tree, fc.boolean(), async (values, asWholeSections) => {
      const present = Object.entries(values).filter(([, value]) => value !== null && value !== undefined);
      const path = join(folder, 'codecov.yml');
      writeFileSync(
        path,
        stringify(nest(Object.fromEntries(present)), { version: '1.1', defaultStringType: 'QUOTE_DOUBLE' }),
      );
      const plain = Object.fromEntries(
        present.map(([key, value]) =>
          isStructured(value)
            ? [`JSONCONFIG___${variableOf(key)}`, JSON.stringify(value)]
            : [variableOf(key), String(value)],
        ),
      );
      const json = asWholeSections
        ? Object.fromEntries(
            Object.entries(nest(Object.fromEntries(present))).map(([key, value]) => [
              `JSONCONFIG___${variableOf(key)}`,
              JSON.stringify(value),
            ]),
          )
        : Object.fromEntries(present.map(([key, value]) => [`JSONCONFIG___${variableOf(key)}`, JSON.stringify(value)]));
      const overrides = present.map(
        ([key, value]) => `${key}=${isStructured(value) ? JSON.stringify(value) : String(value)}`,
      );
      const configs = await Promise.all(
        [{ path, environment: {} }, { environment: plain }, { environment: json }, { environment: {}, overrides }].map(
          async (options) => {
            const loaded = await loadConfig({ ...options, role: 'serve' });
            if (loaded.kind === 'refused') throw new Error(formatProblems(loaded.problems));
            return loaded.config;
          },
        ),
      );
      for (const config of configs.slice(1)) expect(config).toEqual(configs[0]);
    }),
    { numRuns: 150 },
  );
});
