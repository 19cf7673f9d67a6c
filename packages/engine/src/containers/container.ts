import { readRange, type ByteSource } from '../bytes/source.ts';
import type { Codec } from '../codec.ts';
import { scanJsonTop } from '../json/top.ts';
import type { Problem } from '../model/problem.ts';
import { indexFrames, isFramed } from './frames.ts';
import { indexJsonContainer } from './json-container.ts';
import { indexTextContainer } from './text-container.ts';

/** What an upload holds, found by one pass over its bytes; nothing is unpacked yet. */
export interface Container {
  readonly kind: 'text' | 'json' | 'frames' | 'test_results' | 'bundle';
  /** Repository files as sent, not cleaned; null when the upload has no list. */
  readonly network: readonly string[] | null;
  readonly env: Readonly<Record<string, string>> | null;
  /** Lines that must not count, report-formats §6. */
  readonly fixes: Fixes | null;
  readonly files: readonly ContainerFile[];
  readonly problems: readonly Problem[];
}

/** Either the text of a `fixes` section or the value of `report_fixes`. */
export type Fixes =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'value'; readonly value: unknown };

/** A report file inside the container's bytes. */
export interface ContainerFile {
  /** As sent; empty when the upload gave none. */
  readonly name: string;
  /** Byte ranges `[start, end)` that hold it, in order. */
  readonly ranges: readonly (readonly [start: number, end: number])[];
  readonly encoding: 'plain' | 'base64+zlib' | 'base64+gzip';
  /** The bytes themselves, where they stand nowhere as such (plain text with JSON escapes); `ranges` is then empty. */
  readonly text?: Uint8Array;
}

/** How many bytes are looked at to tell the containers apart. */
const HEAD_BYTES = 1 << 16;

/**
 * Finds out which container an upload is (upload-protocol §4) and where its files lie. The bytes are looked at, not trusted to
 * match the address they were sent to. Never throws for content.
 */
export async function indexContainer(source: ByteSource, codec: Codec): Promise<Container> {
  const head = await readRange(source, 0, Math.min(HEAD_BYTES, source.size));
  if (isFramed(head)) return indexFrames(source, codec);
  const keys = topLevelKeys(head, source.size <= HEAD_BYTES, codec);
  if (keys.has('coverage_files') || keys.has('network_files') || keys.has('report_fixes') || keys.has('path_fixes')) {
    return indexJsonContainer(source, codec);
  }
  if (keys.has('test_results_files')) return empty('test_results');
  if (keys.has('version') && (keys.has('bundleName') || keys.has('assets') || keys.has('chunks')))
    return empty('bundle');
  return indexTextContainer(source, codec);
}

function topLevelKeys(head: Uint8Array, isWhole: boolean, codec: Codec): Set<string> {
  const top = scanJsonTop(head, isWhole, codec);
  return new Set(top?.type === 'object' ? top.entries.map((entry) => entry.key) : []);
}

function empty(kind: 'test_results' | 'bundle'): Container {
  return { kind, network: null, env: null, fixes: null, files: [], problems: [] };
}
