import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { generateFiles, toLcov } from '../bench/generate.ts';
import { FastClient, type Acknowledged, type Sending } from './support/fast-client.ts';
import { startInstance, type Instance } from './support/instance.ts';
import { killPostgres } from './support/processes.ts';
import { settledCommit } from './support/server-state.ts';

/*
 * Nothing that was acknowledged is lost, whatever dies when: a fast client uploads without a pause while the server is killed twenty times
 * at random moments, in turn alone (its Postgres lives on as an orphan and is adopted) and together with the postmaster and every
 * backend. THATCH_TEST_SEED=N repeats a run as far as moments can be repeated.
 */

const KILLS = 20;
/** A kill comes at most so long after the start before it, and so may come in the middle of that. */
const LONGEST_LIFE_MS = 4000;
const AT_ONCE = 4;
const UPLOADS_PER_COMMIT = 40;
const SHAPE = { name: 'small', files: 30, lines: 3000 };
/** As many different reports; in each upload one file of its own beside. */
const REPORTS = Array.from({ length: 8 }, (_, index) => toLcov(generateFiles(SHAPE, index + 1)));

// The processes of a cluster are found by /proc.
describe.runIf(process.platform === 'linux')('kills', () => {
  let instance: Instance;
  beforeAll(async () => {
    instance = await startInstance();
  });
  afterAll(() => instance.remove());

  test('every acknowledged upload is in a report that equals the one of an undisturbed run', async () => {
    const seed = Number(process.env['THATCH_TEST_SEED'] ?? Date.now() % 1_000_000);
    console.log(`kills at the random moments of THATCH_TEST_SEED=${seed}`);
    const random = randomNumbers(seed);
    const token = await instance.thatch('token', 'create', '--global');
    const disturbed = new FastClient(instance.url, token, 'acme/disturbed');

    const load = startLoad(disturbed);
    for (let kill = 0; kill < KILLS; kill++) {
      await new Promise((resolve) => setTimeout(resolve, random() * LONGEST_LIFE_MS));
      const { child, ended } = instance.server();
      child.kill('SIGKILL');
      if (kill % 2 === 1) killPostgres(instance.dataFolder);
      await ended;
      // What is killed in its start never becomes ready.
      instance.start().ready.catch(() => {});
    }
    await instance.server().ready;
    const acknowledged = await load.end();
    expect(disturbed.oddAnswers).toEqual([]);
    expect(disturbed.repetitions).toBeGreaterThan(KILLS);

    const undisturbed = new FastClient(instance.url, token, 'acme/undisturbed');
    await uploadAll(undisturbed, acknowledged);
    expect(undisturbed.repetitions).toBe(0);

    for (const [sha, sent] of Map.groupBy(acknowledged, ({ sha }) => sha)) {
      const here = await reportOf('disturbed', sha);
      const there = await reportOf('undisturbed', sha);
      expect(here).toEqual({ ...there, sessions: sent.length });
      expect(here.states).toEqual(['merged']);
    }
    console.log(`${acknowledged.length} uploads, ${disturbed.repetitions} requests sent again`);

    async function reportOf(name: string, sha: string) {
      await settledCommit(instance, token, `acme/${name}`, sha);
      const [report] = await instance.query(REPORT_OF, [name, sha]);
      return report;
    }
  }, 300_000);
});

/** The report of a commit and the states of all its uploads that have bytes. */
const REPORT_OF = `
  select commits.state, commits.sessions, commits.files, commits.lines, commits.hits, commits.partials,
    encode(commits.report_digest, 'hex') as digest,
    (select array_agg(distinct uploads.state) from uploads where commit_id = commits.id and raw_key is not null) as states,
    (select count(*)::int from uploads where commit_id = commits.id and raw_key is not null) as uploads
  from commits join repositories on repositories.id = commits.repository_id
  where repositories.name = $1 and commits.sha = $2`;

/** Uploads without a pause until it is told to end; gives what was acknowledged. */
function startLoad(client: FastClient): { readonly end: () => Promise<Acknowledged[]> } {
  const acknowledged: Acknowledged[] = [];
  const ending = new AbortController();
  let next = 0;
  async function work(): Promise<void> {
    while (!ending.signal.aborted) acknowledged.push(await client.upload(sending(next++)));
  }
  const workers = Array.from({ length: AT_ONCE }, work);
  return {
    end: async () => {
      ending.abort();
      await Promise.all(workers);
      return acknowledged;
    },
  };
}

async function uploadAll(client: FastClient, sendings: readonly Sending[]): Promise<void> {
  const waiting = [...sendings];
  async function work(): Promise<void> {
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) await client.upload(next);
  }
  await Promise.all(Array.from({ length: AT_ONCE }, work));
}

function sending(index: number): Sending {
  const commit = Math.floor(index / UPLOADS_PER_COMMIT);
  const own = `SF:own/file-${index}.ts\nDA:1,${index}\nDA:2,0\nend_of_record\n`;
  return {
    sha: createHash('sha1').update(`commit ${commit}`).digest('hex'),
    name: `job ${index}`,
    report: Buffer.concat([REPORTS[index % REPORTS.length], Buffer.from(own)]),
  };
}

/** Numbers in [0, 1), the same for the same seed (mulberry32). */
function randomNumbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
