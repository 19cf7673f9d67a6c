import { createHash } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { zstdDecompressSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { readRecording, RECORDING } from '@thatch/server/demo/recording.ts';
import { blobId, commitId, treeId } from './git-objects.ts';
import { COMMITS, MAIN, RECORDED_AT, RUNNERS } from './history.ts';
import { RECORDING_HEAD } from './record.ts';
import { demoUploads, type UploadedCommit } from './uploads.ts';

const commits = [...demoUploads('git/demo/granary')];
const uploads = commits.flatMap((commit) => commit.uploads);

describe('the large demo', () => {
  test('is half a year of a few hundred files in three languages', () => {
    const main = commits.filter(({ commit }) => commit.branch === MAIN);
    expect(main).toHaveLength(COMMITS);
    const times = main.map(({ commit }) => Date.parse(commit.committer.time));
    expect(times).toEqual(times.toSorted((a, b) => a - b));
    expect((times.at(-1)! - times[0]) / 86_400_000).toBeGreaterThan(180);
    const { sources } = main.at(-1)!.commit;
    expect(sources.length).toBeGreaterThan(300);
    expect(new Set(sources.map(({ file }) => file.language))).toEqual(new Set(['typescript', 'python', 'go']));
  });

  test('is the same in every run', () => {
    const digest = (made: Iterable<UploadedCommit>) => {
      const hash = createHash('sha256');
      for (const { uploads: all } of made) hash.update(JSON.stringify(all));
      return hash.digest('hex');
    };
    expect(digest(demoUploads('git/demo/granary'))).toBe(digest(commits));
  });

  test('names commits, trees and texts as git would', () => {
    for (const { commit } of commits) {
      expect(commit.tree).toBe(treeId(commit.files));
      expect(commit.sha).toBe(commitId(commit));
      for (const { file, blob } of commit.sources) expect(commit.files.get(file.path)).toBe(blob);
    }
    const { sources } = commits.at(-1)!.commit;
    for (const { text, blob } of sources) expect(blobId(text)).toBe(blob);
  });

  test('sends each text once, before or with the first report that needs it', () => {
    const sent = new Set<string>();
    for (const { commit, uploads: all } of commits) {
      expect(all[0].meta?.commit.sha).toBe(commit.sha);
      expect(all.slice(1).every(({ meta }) => meta === null)).toBe(true);
      for (const blob of Object.keys(all[0].meta!.sources)) {
        expect(sent.has(blob)).toBe(false);
        sent.add(blob);
      }
      expect(commit.sources.filter(({ blob }) => !sent.has(blob))).toEqual([]);
    }
  });

  test('has hits only on lines that are there', () => {
    const { commit, uploads: all } = commits.at(-1)!;
    const unit = all.find(({ query }) => query['flags'] === 'unit')!.reports[0].text;
    const lengths = new Map(commit.sources.map(({ file, text }) => [file.path, text.split('\n')]));
    let path = '';
    let lines = 0;
    for (const row of unit.split('\n')) {
      path = /^SF:(.+)$/.exec(row)?.[1] ?? path;
      const number = /^DA:(\d+)/.exec(row)?.[1];
      if (number === undefined) continue;
      lines++;
      expect(lengths.get(path)?.[Number(number) - 1].trim(), `${path}:${number}`).not.toBe('');
    }
    expect(lines).toBeGreaterThan(8000);
  });

  test('has one commit whose uploads fail, each for another reason', () => {
    const failing = commits.filter(({ commit }) => commit.branch === RUNNERS);
    expect(failing).toHaveLength(1);
    expect(failing[0].uploads).toHaveLength(12);
    expect(failing[0].uploads[0].meta?.config?.path).toBe('codecov.yml');
  });
});

describe('the recording that a server replays', () => {
  test('holds what the demo makes now, in at most 5 MB', () => {
    expect(statSync(RECORDING).size).toBeLessThanOrEqual(5_000_000);
    const [head, ...lines] = zstdDecompressSync(readFileSync(RECORDING)).toString('utf8').trimEnd().split('\n');
    expect(JSON.parse(head)).toEqual(RECORDING_HEAD);
    // One look at all: a difference of 25 MB is no message.
    expect(lines.join('\n') === uploads.map((upload) => JSON.stringify(upload)).join('\n')).toBe(true);
  });

  test('is read by the server, and ends on the day of the reading', async () => {
    const now = new Date(Date.parse(RECORDED_AT) + 100.5 * 86_400_000);
    const read = await readRecording(now);
    expect(read).toHaveLength(uploads.length);
    const newest = Math.max(...read.flatMap(({ meta }) => Date.parse(meta?.commit.committer?.time ?? '') || 0));
    expect((now.getTime() - newest) / 86_400_000).toBeCloseTo(0.5);
  });
});
