import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { createContext, runInContext } from 'node:vm';
import { build } from 'esbuild';
import { describe, expect, test } from 'vitest';
import { nodeCodec } from '../node/codec.ts';
import type { CompatReport, ReadFile, ReadFileOptions, Settings } from '../src/index.ts';
import { corpusFolder } from './support/corpus.ts';

const source = join(import.meta.dirname, '..', 'src');

/** One real report per format. */
const REPORTS = [
  'clover/phpunit-9.xml',
  'cobertura/coveragepy-branch.xml',
  'go/cover-set.out',
  'istanbul/c8-coverage-final.json',
  'jacoco/jacoco-0.8.3.xml',
  'lcov/lcov-1.16-branches.info',
  'pycoverage/contexts-6.5.json',
  'simplecov/json-formatter-legacy.json',
  'v1/codecov.json',
];

/** The face of the engine as a bundle shows it. */
interface EngineFace {
  readonly DEFAULT_SETTINGS: Settings;
  readonly FORMATS: readonly { readonly name: string; readonly compatName: string }[];
  readReportFile(name: string, open: () => AsyncIterable<Uint8Array>, options: ReadFileOptions): Promise<ReadFile>;
  compatReport(report: ReadFile['report'], sessions: number): CompatReport;
}

async function bundle(): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [join(source, 'index.ts')],
    bundle: true,
    write: false,
    platform: 'browser',
    format: 'iife',
    globalName: 'engine',
    target: 'es2024',
    logLevel: 'silent',
  });
  return outputFiles[0].text;
}

describe('the engine is pure', () => {
  test('no file of it imports anything but files of it', () => {
    const files = readdirSync(source, { recursive: true, encoding: 'utf8' }).filter((file) =>
      /(?<!\.test)\.ts$/.test(file),
    );
    expect(files.length).toBeGreaterThan(50);
    for (const file of files) {
      const path = join(source, file);
      for (const [, specifier] of readFileSync(path, 'utf8').matchAll(
        /(?:\bfrom\s*|\bimport\s*\(?\s*)['"]([^'"]+)['"]/g,
      )) {
        const target = relative(source, resolve(dirname(path), specifier));
        expect([file, specifier, specifier.startsWith('.') && !target.startsWith('..')]).toEqual([
          file,
          specifier,
          true,
        ]);
      }
    }
  });

  test('a bundle for browsers reads every format in a context that has ECMAScript and nothing else', async () => {
    const context = createContext(Object.create(null) as object);
    const globals = runInContext(
      'typeof process + typeof Buffer + typeof TextDecoder + typeof setTimeout + typeof console',
      context,
    ) as string;
    // A context of its own has a console of V8's inspector; nothing else of a host.
    expect(globals.replace(/object$/, '')).toBe('undefined'.repeat(4));
    const engine = runInContext(`${await bundle()}; engine`, context) as EngineFace;
    const seen = new Set<string>();
    for (const file of REPORTS) {
      const bytes = readFileSync(join(corpusFolder, file));
      const options = { settings: engine.DEFAULT_SETTINGS, codec: nodeCodec, network: null, format: null };
      const read = await engine.readReportFile(file.split('/')[1], () => once(bytes), options);
      const expected = JSON.parse(readFileSync(join(corpusFolder, '_expected', `${file}.json`), 'utf8')) as {
        detected: string;
        report: unknown;
      };
      expect(read.format?.compatName).toBe(expected.detected);
      // Objects of another context have other prototypes: compare what they say.
      expect(JSON.parse(JSON.stringify(engine.compatReport(read.report, 0)))).toEqual(expected.report);
      seen.add(expected.detected);
    }
    expect(engine.FORMATS.map(({ compatName }) => compatName).filter((name) => !seen.has(name))).toEqual([]);
  });
});

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}
