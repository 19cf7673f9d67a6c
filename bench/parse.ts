import { createRequire } from 'node:module';
import { SaxesParser } from 'saxes';
import { nodeCodec } from '../packages/engine/node/codec.ts';
import { formatNamed } from '../packages/engine/src/formats/index.ts';
import { DEFAULT_SETTINGS, parseUpload, sourceOf } from '../packages/engine/src/index.ts';
import { Problems } from '../packages/engine/src/model/problem.ts';
import { PathResolver } from '../packages/engine/src/paths/resolver.ts';
import { readReport } from '../packages/engine/src/parse/read-report.ts';
import { PartBuilder } from '../packages/engine/src/storage/part-builder.ts';
import type { Bench, Figure, Target } from './bench.ts';
import { BIG, generateFiles, toCobertura, toLcov, type GeneratedFile } from './generate.ts';
import { measure } from './measure.ts';
import { TablesOnly } from './tables-only.ts';
import { toClover, toCoveragePy, toCustom, toGoProfile, toIstanbul, toJacoco, toSimpleCov } from './writers.ts';

/** Reading reports of 5,000 files and 645,000 lines. */
export const parse: Bench = {
  name: 'parse',
  about: 'each format: bytes → lines, → columns, → part with paths found in a list of 5,000; beside other parsers',
  run,
};

interface Input {
  readonly label: string;
  readonly format: string;
  readonly write: (files: readonly GeneratedFile[]) => Buffer;
  /** Of reading into lines. */
  readonly target?: Target;
  /** A well-known parser of the same bytes. */
  readonly other?: { readonly label: string; readonly parse: (bytes: Buffer) => unknown };
}

const saxes = { label: 'saxes, every attribute', parse: parseWithSaxes };
const json = { label: 'JSON.parse alone', parse: (bytes: Buffer): unknown => JSON.parse(bytes.toString('utf8')) };

const INPUTS: readonly Input[] = [
  {
    label: 'lcov',
    format: 'lcov',
    write: toLcov,
    target: { of: 'ratio', atMost: 3 },
    other: { label: 'lcov-parse', parse: parseWithLcovParse },
  },
  { label: 'Cobertura', format: 'cobertura', write: toCobertura, target: { of: 'ratio', atMost: 2.3 }, other: saxes },
  { label: 'JaCoCo', format: 'jacoco', write: toJacoco, other: saxes },
  { label: 'Clover', format: 'clover', write: toClover, other: saxes },
  { label: 'Istanbul', format: 'istanbul', write: toIstanbul, other: json },
  { label: 'coverage.py', format: 'coveragepy', write: toCoveragePy, other: json },
  { label: 'SimpleCov', format: 'simplecov', write: toSimpleCov, other: json },
  { label: 'custom', format: 'custom', write: toCustom, other: json },
  {
    label: 'Go, sorted',
    format: 'go',
    write: (files) => toGoProfile(files, false),
    target: { of: 'ratio', atMost: 3 },
  },
  {
    label: 'Go, shuffled',
    format: 'go',
    write: (files) => toGoProfile(files, true),
    target: { of: 'ratio', atMost: 3 },
  },
];

async function run(report: (figure: Figure) => void): Promise<void> {
  const files = generateFiles(BIG);
  const network = files.map((file) => file.path);
  for (const input of INPUTS) {
    const bytes = input.write(files);
    await reportInput(input, bytes, input.format === 'go' ? network.map(goPath) : network, report);
  }
  await reportUpload(toLcov(files), network, report);
}

async function reportInput(
  { label, format, target, other }: Input,
  bytes: Buffer,
  network: readonly string[],
  report: (figure: Figure) => void,
): Promise<void> {
  const open = (): AsyncIterable<Uint8Array> => once(bytes);
  report({ name: `${label}: size`, value: bytes.length / 1e6, unit: 'MB' });
  const lines = await measure(bytes, () => readLines(format, bytes));
  report({ name: `${label}: lines`, value: lines.time, unit: 'ms', floor: lines.floor, target });
  const columns = await measure(bytes, () => readColumns(open));
  report({ name: `${label}: lines, columns`, value: columns.time, unit: 'ms', floor: columns.floor });
  const whole = await measure(bytes, () => makePart(open, network));
  report({
    name: `${label}: lines, columns, paths, part`,
    value: whole.time,
    unit: 'ms',
    floor: whole.floor,
    target: format === 'lcov' ? { of: 'ratio', atMost: 5 } : undefined,
  });
  if (other === undefined) return;
  const theirs = await measure(bytes, () => other.parse(bytes));
  report({ name: `${label}: ${other.label}`, value: theirs.time, unit: 'ms', floor: theirs.floor });
}

/** What the server does with one: the container, the file list in it, a digest of the content. */
async function reportUpload(lcov: Buffer, network: readonly string[], report: (figure: Figure) => void): Promise<void> {
  const raw = Buffer.concat([
    Buffer.from(`${network.join('\n')}\n<<<<<< network\n# path=coverage/lcov.info\n`),
    lcov,
    Buffer.from('<<<<<< EOF\n'),
  ]);
  const options = {
    settings: DEFAULT_SETTINGS,
    format: null,
    defaultName: 'report',
    network: null,
    limits: { decompressedBytes: 2 ** 30, filesPerReport: null, linesPerReport: null },
  };
  const host = { codec: nodeCodec, spool: () => Promise.reject(new Error('nothing is packed here')) };
  const { time, floor } = await measure(raw, () => parseUpload(sourceOf(raw), options, host));
  report({ name: 'lcov: upload, file list and SHA-256 included', value: time, unit: 'ms', floor });
}

function readLines(format: string, bytes: Uint8Array): void {
  const tables = new TablesOnly(nodeCodec);
  const reader = formatNamed(format);
  if (reader === null) throw new Error(`no format ${format}`);
  if (reader.kind === 'json') {
    reader.read(bytes, tables);
    return;
  }
  const blocks = reader.open(tables);
  blocks.block(bytes, 0, bytes.length, true);
  blocks.end(true);
}

async function readColumns(open: () => AsyncIterable<Uint8Array>): Promise<PartBuilder> {
  const builder = new PartBuilder(nodeCodec);
  const options = {
    settings: DEFAULT_SETTINGS,
    codec: nodeCodec,
    problems: new Problems(),
    format: null,
    hasher: null,
  };
  await readReport({ name: 'report', open }, 0, builder, options);
  return builder;
}

async function makePart(open: () => AsyncIterable<Uint8Array>, network: readonly string[]): Promise<number> {
  const builder = await readColumns(open);
  const resolver = new PathResolver({ network, settings: DEFAULT_SETTINGS });
  const report = { fileName: 'report', roots: [] };
  const { files } = builder.finish(
    (source) => resolver.resolve(source, report),
    () => null,
    null,
  );
  if (files !== network.length) throw new Error('a generated report names the files of its list');
  return files;
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

function goPath(path: string): string {
  return path.replace(/\.ts$/, '.go');
}

function parseWithSaxes(bytes: Buffer): number {
  const parser = new SaxesParser();
  let lines = 0;
  parser.on('opentag', ({ name, attributes }) => {
    if (name === 'line') lines += Object.keys(attributes).length > 0 ? 1 : 0;
  });
  parser.write(bytes.toString('utf8')).close();
  return lines;
}

const lcovParse = createRequire(import.meta.url)('lcov-parse') as {
  source(text: string, done: (error: unknown, files: readonly unknown[]) => void): void;
};

function parseWithLcovParse(bytes: Buffer): number {
  let count = 0;
  lcovParse.source(bytes.toString('utf8'), (_, files) => {
    count = files.length;
  });
  return count;
}
