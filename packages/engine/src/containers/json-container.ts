import { readRange, type ByteSource } from '../bytes/source.ts';
import type { Codec } from '../codec.ts';
import type { Problem } from '../model/problem.ts';
import type { Container, ContainerFile, Fixes } from './container.ts';
import { JsonRanges, type JsonRange } from './json-ranges.ts';

/*
 * The JSON container of codecov-cli (upload-protocol §4.1). One pass notes where values lie; the reports' base64 text, nearly all
 * of the bytes, is never made into a string as a whole.
 */

/** Lists and maps beyond this are not read; reports have no such limit. */
const LARGEST_VALUE = 1 << 28;
const LONGEST_NAME = 1 << 16;

/** Finds the parts of a JSON container. A damaged tail loses only what lies in it. */
export async function indexJsonContainer(source: ByteSource, codec: Codec): Promise<Container> {
  const scanner = new JsonRanges();
  for await (const chunk of source.open(0, source.size)) scanner.push(chunk);
  const ranges = scanner.finish();
  const problems: Problem[] = [];
  if (!scanner.isWhole) problems.push(truncated());
  const network = await readValue(source, ranges.find(isAt('network_files')), codec, problems);
  const fixes = await readValue(source, ranges.find(isAt('report_fixes', 'path_fixes')), codec, problems);
  return {
    kind: 'json',
    network: Array.isArray(network) ? network.filter((path): path is string => typeof path === 'string') : null,
    env: null,
    fixes: fixesOf(fixes),
    files: await readFiles(source, ranges, codec, problems),
    problems,
  };
}

function isAt(...names: string[]): (range: JsonRange) => boolean {
  return (range) => range.depth === 1 && names.includes(range.key);
}

/** `report_fixes` is `{format, value}`; only the value counts. */
function fixesOf(value: unknown): Fixes | null {
  if (typeof value !== 'object' || value === null || !('value' in value)) return null;
  return { kind: 'value', value: value.value };
}

async function readFiles(
  source: ByteSource,
  ranges: readonly JsonRange[],
  codec: Codec,
  problems: Problem[],
): Promise<ContainerFile[]> {
  const files: ContainerFile[] = [];
  const byIndex = new Map<number, Map<string, JsonRange>>();
  for (const range of ranges) {
    if (range.depth !== 3 || range.parent !== 'coverage_files') continue;
    const entry = byIndex.get(range.index) ?? new Map<string, JsonRange>();
    byIndex.set(range.index, entry.set(range.key, range));
  }
  for (const entry of byIndex.values()) {
    const name = (await readText(source, entry.get('filename'), codec)) ?? '';
    const data = entry.get('data');
    if (data === undefined || data.type !== 'string') {
      problems.push(withoutData(name));
      continue;
    }
    const format = (await readText(source, entry.get('format'), codec)) ?? 'base64+compressed';
    const encoding = encodingOf(format);
    if (encoding === null) problems.push(unknownEncoding(name, format));
    files.push(await fileOf(source, name, data, encoding ?? 'plain', codec));
  }
  return files;
}

function encodingOf(format: string): ContainerFile['encoding'] | null {
  if (format === 'base64+compressed') return 'base64+zlib';
  if (format === 'base64+gzip') return 'base64+gzip';
  return format === 'plain' ? 'plain' : null;
}

/** Plain data with escapes has to be unescaped, so it is given as text; base64 has none and stays where it is. */
async function fileOf(
  source: ByteSource,
  name: string,
  data: JsonRange,
  encoding: ContainerFile['encoding'],
  codec: Codec,
): Promise<ContainerFile> {
  const inner = [data.start + 1, data.end - 1] as const;
  if (encoding !== 'plain' || !data.hasEscapes) return { name, ranges: [inner], encoding };
  const text = await readText(source, data, codec, LARGEST_VALUE);
  return { name, ranges: [], encoding, text: codec.bytes(text ?? '') };
}

async function readValue(
  source: ByteSource,
  range: JsonRange | undefined,
  codec: Codec,
  problems: Problem[],
): Promise<unknown> {
  if (range === undefined) return null;
  if (range.end - range.start > LARGEST_VALUE) {
    problems.push(tooLarge(range.key));
    return null;
  }
  try {
    const bytes = await readRange(source, range.start, range.end);
    return JSON.parse(codec.text(bytes, 0, bytes.length));
  } catch {
    problems.push(unreadable(range.key));
    return null;
  }
}

async function readText(
  source: ByteSource,
  range: JsonRange | undefined,
  codec: Codec,
  limit = LONGEST_NAME,
): Promise<string | null> {
  if (range === undefined || range.type !== 'string' || range.end - range.start > limit) return null;
  const bytes = await readRange(source, range.start, range.end);
  try {
    return String(JSON.parse(codec.text(bytes, 0, bytes.length)));
  } catch {
    return null;
  }
}

function truncated(): Problem {
  return {
    code: 'container_unreadable',
    severity: 'warning',
    message: 'The upload is not whole JSON: it ends early or is damaged; the files before the damage are read.',
    hint: 'Send the upload again; look for a killed uploader or a proxy that cuts bodies.',
  };
}

function withoutData(file: string): Problem {
  return {
    code: 'file_damaged',
    severity: 'error',
    file,
    message: 'An entry of coverage_files has no text under "data".',
    hint: 'Update the uploader; every entry holds "filename", "format" and "data".',
  };
}

function unknownEncoding(file: string, format: string): Problem {
  return {
    code: 'unknown_encoding',
    severity: 'warning',
    file,
    message: `The encoding "${format.slice(0, 40)}" is not known; the data were taken as plain text.`,
    hint: 'Known are base64+compressed, base64+gzip and plain.',
  };
}

function tooLarge(key: string): Problem {
  return {
    code: 'limit_exceeded',
    severity: 'warning',
    message: `"${key}" is larger than 256 MiB and was left out.`,
    hint: 'Shorten the list of files that the uploader sends.',
  };
}

function unreadable(key: string): Problem {
  return {
    code: 'container_unreadable',
    severity: 'warning',
    message: `"${key}" is not readable JSON and was left out.`,
    hint: 'Update the uploader.',
  };
}
