import { nodeCodec } from '@thatch/engine/node';
import { COMMIT_RULES, FLAG_RULES, StoredReport, mergeParts, parseUpload } from '@thatch/engine';
import { move, transferableSymbol, valueSymbol } from 'piscina';
import { Spool, fileSource, openRandomAccess } from './file-source.ts';
import { readBlobs, readTree } from './tree.ts';
import type { CoveredBlobsTask, MergeResult, MergeTask, ParseResult, ParseTask, Task } from './tasks.ts';

/** Entry of a worker thread: does one task and gives its result, whose bytes are handed over without a copy. */
export async function work(task: Task): Promise<unknown> {
  if (task.kind === 'merge') {
    const merged = merge(task);
    return handOver(merged, merged.bytes);
  }
  if (task.kind === 'covered_blobs') return coveredBlobs(task);
  if (task.kind === 'inspect') {
    const { inspect } = await import('./inspect.ts');
    return inspect(task);
  }
  if (task.kind === 'meta') {
    // Most threads never read such a document.
    const { readMetaDocument } = await import('./meta-document.ts');
    const read = readMetaDocument(task);
    return read.kind === 'read' ? handOver(read, read.packed) : read;
  }
  const parsed = await parse(task);
  return handOver(parsed, parsed.part);
}

async function parse(task: ParseTask): Promise<ParseResult> {
  const spool = new Spool(task.scratch);
  try {
    const parsed = await parseUpload(
      fileSource(task.rawPath),
      {
        settings: task.settings,
        format: task.format,
        defaultName: task.defaultName,
        network: task.treePath === null ? null : readTree(task.treePath),
        limits: task.limits,
      },
      { codec: nodeCodec, spool: (chunks) => spool.keep(chunks) },
    );
    const { reports, ...rest } = parsed;
    const formats = [...new Set(reports.flatMap((report) => (report.format === null ? [] : [report.format.name])))];
    return { ...rest, formats };
  } finally {
    spool.clear();
  }
}

/** Blobs of the files that any of the reports covers, each once. */
function coveredBlobs({ reports, treePath }: CoveredBlobsTask): string[] {
  const blobs = readBlobs(treePath);
  const covered = new Set<string>();
  for (const path of reports) {
    const file = openRandomAccess(path);
    try {
      for (const entry of StoredReport.open(file, nodeCodec).directory.files()) {
        if (Object.hasOwn(blobs, entry.path)) covered.add(blobs[entry.path]);
      }
    } finally {
      file.close();
    }
  }
  return [...covered];
}

function merge(task: MergeTask): MergeResult {
  const files = task.parts.map((part) => openRandomAccess(part.path));
  try {
    const parts = task.parts.map(({ rawDigest, flags, name, job }, index) => ({
      stored: StoredReport.open(files[index], nodeCodec),
      rawDigest,
      flags,
      name,
      job,
    }));
    const { bytes, digest, totals } = mergeParts(parts, nodeCodec, task.rules === 'commit' ? COMMIT_RULES : FLAG_RULES);
    return { bytes, digest, totals };
  } finally {
    for (const file of files) file.close();
  }
}

/** Gives piscina the memory behind `bytes` to transfer; what shares its memory with others is copied instead. */
function handOver(result: object, bytes: Uint8Array | null): unknown {
  if (bytes === null || bytes.byteLength !== bytes.buffer.byteLength) return result;
  return move({ [transferableSymbol]: bytes.buffer, [valueSymbol]: result } as never);
}
