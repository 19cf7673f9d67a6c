import { nodeCodec } from '@thatch/engine/node';
import { StoredReport, nearestPaths, peekUpload, suggestFix, tryFixes, type PeekedUpload } from '@thatch/engine';
import { Spool, fileSource, openRandomAccess } from './file-source.ts';
import type { InspectResult, InspectTask } from './tasks.ts';
import { readTree } from './tree.ts';

/** A build root that is wrong can drop every file of a monorepo; of more than these only the first are tried. */
const MOST_PATHS = 50_000;
/** "First five" of web-ui §3.6. */
const MOST_SHOWN = 5;
const PEEK = { files: 5, bytes: 200 };

/** Looks at the paths of an upload that match no file of the repository, and at how its reports begin (web-ui §3.6). */
export async function inspect(task: InspectTask): Promise<InspectResult> {
  const { settings, fixes } = task;
  const peeked = await peek(task);
  const paths = unmatchedOf(task);
  const found = task.treePath === null ? peeked.network : readTree(task.treePath);
  const network = found === null || found.length === 0 ? null : found;
  const tree = network === null ? null : { network, settings };
  return {
    hasTree: network !== null,
    total: paths.length,
    unmatched: nearestPaths(paths.slice(0, MOST_SHOWN), network ?? []),
    suggestion: tree === null || fixes !== null ? null : suggestFix(paths, tree),
    trial: tree === null || fixes === null ? null : tryFixes(paths, fixes, tree),
    files: peeked.files,
  };
}

async function peek({ rawPath, scratch, decompressedBytes }: InspectTask): Promise<PeekedUpload> {
  if (rawPath === null) return { network: null, files: [] };
  const spool = new Spool(scratch);
  const host = { codec: nodeCodec, spool: (chunks: AsyncIterable<Uint8Array>) => spool.keep(chunks) };
  try {
    return await peekUpload(fileSource(rawPath), { ...PEEK, decompressedBytes }, host);
  } finally {
    spool.clear();
  }
}

function unmatchedOf({ partPath }: InspectTask): string[] {
  if (partPath === null) return [];
  const file = openRandomAccess(partPath);
  try {
    const { dropped } = StoredReport.open(file, nodeCodec);
    const unmatched = dropped.filter(({ reason }) => reason === 'not_in_repo' || reason === 'outside');
    return unmatched.slice(0, MOST_PATHS).map(({ path }) => path);
  } finally {
    file.close();
  }
}
