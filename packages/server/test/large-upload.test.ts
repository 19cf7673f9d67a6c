import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { UploadStatus } from '../src/presenters/upload-status.ts';
import { newSha, send } from './support/server.ts';
import { type ServerProcess, startProcess, startServer, THATCH } from './support/server-process.ts';

/*
 * Decision 7 of the first release: a valid report of 200 MB is processed with at most 512 MB of memory. The server is a process of its own,
 * so that its peak is nothing but its own; Linux keeps that peak in /proc.
 */

const REPORT_BYTES = 200_000_000;
const MOST_MEMORY_BYTES = 512 * 1024 * 1024;
const LINES_PER_FILE = 2000;

const hasProc = existsSync('/proc/self/status');

describe.skipIf(!hasProc)('a report of 200 MB (measured where there is a /proc)', () => {
  let folder: string;
  let server: ServerProcess;
  let url: string;
  let token: string;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'thatch-large-'));
    server = startServer(folder);
    url = await server.ready;
    const made = startProcess([THATCH, 'token', 'create', '--global', '--data-dir', folder]);
    token = (await made.ended).output.trim();
  });
  afterAll(async () => {
    server.child.kill('SIGTERM');
    await server.ended;
    rmSync(folder, { recursive: true, force: true });
  });

  test('is streamed, read and merged within 512 MB of memory', async () => {
    const sha = newSha();
    const before = peakMemory(server.child.pid!);
    const answer = await send(`${url}/upload/coverage?repo=git/acme/large&commit=${sha}&branch=main&wait=300`, {
      token,
      body: streamOf(largeReport()),
    });
    const peak = peakMemory(server.child.pid!);
    console.info(`peak memory: ${megabytes(before)} MB idle, ${megabytes(peak)} MB with the report`);
    expect(answer.status).toBe(200);
    const status = answer.body as UploadStatus;
    expect(status).toMatchObject({ state: 'judged', problems: [] });
    expect(status.bytes).toBeGreaterThan(REPORT_BYTES);
    const { files, lines, hits, misses } = status.upload_totals!;
    expect(lines).toBe(files * LINES_PER_FILE);
    expect(misses).toBe(files * (LINES_PER_FILE / 4));
    expect(hits).toBe(lines - misses);
    expect(peak).toBeLessThanOrEqual(MOST_MEMORY_BYTES);
  }, 180_000);
});

/** Records of one file after the other until there are enough bytes; every fourth line is not hit. */
function* largeReport(): Generator<Uint8Array> {
  let size = 0;
  for (let file = 0; size <= REPORT_BYTES; file++) {
    let text = `TN:\nSF:src/module${file % 100}/generated_file_${file}.c\n`;
    for (let line = 1; line <= LINES_PER_FILE; line++)
      text += `DA:${line},${line % 4 === 0 ? 0 : 1 + ((file * 7 + line) % 5000)}\n`;
    const bytes = Buffer.from(`${text}end_of_record\n`);
    size += bytes.length;
    yield bytes;
  }
}

function streamOf(chunks: Generator<Uint8Array>): ReadableStream<Uint8Array> {
  return new ReadableStream({
    pull(controller) {
      const next = chunks.next();
      if (next.done === true) controller.close();
      else controller.enqueue(next.value);
    },
  });
}

/** The most memory a process had at any time, in bytes. */
function peakMemory(pid: number): number {
  const [, kilobytes] = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Number(kilobytes) * 1024;
}

function megabytes(bytes: number): number {
  return Math.round(bytes / 1024 / 1024);
}
