import { createHash } from 'node:crypto';
import { Agent, request } from 'node:http';
import { availableParallelism } from 'node:os';
import { deflateSync } from 'node:zlib';
import { startInstance, type Instance } from '../e2e/support/instance.ts';
import type { Bench, Figure } from './bench.ts';
import { generateFiles, toLcov, TYPICAL } from './generate.ts';
import { measure } from './measure.ts';
import { peakMemoryOf, processorTimeOf } from './processes.ts';

/** From the first request to the merged report, through a real server with its own Postgres. Linux only: it reads `/proc`. */
export const endToEnd: Bench = {
  name: 'end-to-end',
  about: `reports of 300 files and 38,500 lines as codecov-cli sends them (four requests), 15 to a commit; F = 1 MB`,
  run,
};

const UPLOADS_PER_COMMIT = 15;
const WARM_UP_COMMITS = 6;
const COMMITS = 60;
/** Requests under way at once: enough that the server never waits for the client. */
const AT_ONCE = 8;
const MEGABYTE = 2 ** 20;

async function run(report: (figure: Figure) => void): Promise<void> {
  const containers = Array.from({ length: UPLOADS_PER_COMMIT }, (_, index) => containerOf(index + 1));
  const instance = await startInstance({ arguments: ['--set', 'thatch.worker.concurrency=2'] });
  try {
    const client = new Client(instance, await instance.thatch('token', 'create', '--global'));
    await client.sendCommits(0, WARM_UP_COMMITS, containers);
    const { pid } = instance.server().child;
    const before = processorTimeOf(pid!, instance.dataFolder);
    const startedAt = performance.now();
    await client.sendCommits(WARM_UP_COMMITS, COMMITS, containers);
    const elapsed = performance.now() - startedAt;
    const after = processorTimeOf(pid!, instance.dataFolder);
    const peak = peakMemoryOf(pid!);
    await expectAllMerged(instance);

    const reports = COMMITS * UPLOADS_PER_COMMIT;
    const floor = await floorOfMegabyte();
    const server = (after.server - before.server) / reports;
    const postgres = (after.postgres - before.postgres) / reports;
    report({
      name: `reports a minute, client beside, ${availableParallelism()} cores`,
      value: (reports / elapsed) * 60_000,
      unit: '/min',
    });
    report({
      name: 'a report, request to merged',
      value: elapsed / reports,
      unit: 'ms',
      floor,
      target: { of: 'ratio', atMost: 30 },
    });
    report({
      name: 'server and Postgres, a report',
      value: server + postgres,
      unit: 'core-ms',
      floor,
      target: { of: 'ratio', atMost: 60 },
    });
    report({ name: '  server', value: server, unit: 'core-ms', floor });
    report({ name: '  Postgres', value: postgres, unit: 'core-ms', floor });
    report({
      name: 'server, most memory at once',
      value: peak / MEGABYTE,
      unit: 'MB',
      target: { of: 'value', atMost: 400 },
    });
  } finally {
    await instance.remove();
  }
}

/** The container that codecov-cli makes of one lcov report (upload-protocol §4.1). */
function containerOf(seed: number): Buffer {
  const files = generateFiles(TYPICAL, seed);
  return Buffer.from(
    JSON.stringify({
      report_fixes: { format: 'legacy', value: {} },
      network_files: [...files.map(({ path }) => path), ''],
      coverage_files: [
        {
          filename: 'coverage/lcov.info',
          format: 'base64+compressed',
          data: deflateSync(toLcov(files)).toString('base64'),
          labels: '',
        },
      ],
      metadata: {},
    }),
  );
}

/** Sends what `codecovcli upload-process` sends, over connections that stay open. */
class Client {
  private readonly base: string;
  private readonly headers: Readonly<Record<string, string>>;
  private readonly agent = new Agent({ keepAlive: true, maxSockets: AT_ONCE });

  constructor({ url }: Instance, token: string) {
    this.base = `${url}/upload/github/acme::::web`;
    this.headers = {
      authorization: `token ${token}`,
      'content-type': 'application/json',
      'user-agent': 'codecov-cli/11.3.1',
    };
  }

  /** Sends the reports of commits and waits until all are merged. */
  async sendCommits(first: number, count: number, containers: readonly Buffer[]): Promise<void> {
    const shas = Array.from({ length: count }, (_, index) =>
      createHash('sha1')
        .update(String(first + index))
        .digest('hex'),
    );
    const waiting = shas.flatMap((sha) =>
      containers.map((container, index) => ({ sha, container, name: `job ${index}` })),
    );
    const work = async () => {
      for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) await this.upload(next);
    };
    await Promise.all(Array.from({ length: AT_ONCE }, work));
    for (const sha of shas) await this.post(`/commits/${sha}/upload-complete?wait=120`, {});
  }

  private async upload({ sha, container, name }: { sha: string; container: Buffer; name: string }): Promise<void> {
    await this.post('/commits', {
      commitid: sha,
      branch: 'main',
      parent_commit_id: null,
      pullid: null,
      version: '11.3.1',
    });
    await this.post(`/commits/${sha}/reports`, { code: 'default', version: '11.3.1' });
    const fields = { ci_service: 'custom', ci_url: null, env: {}, flags: [], job_code: null, name, version: '11.3.1' };
    const answer = await this.post(`/commits/${sha}/reports/default/uploads`, fields);
    const { raw_upload_location } = JSON.parse(answer) as { readonly raw_upload_location: string };
    await this.send('PUT', raw_upload_location, { 'user-agent': 'codecov-cli/11.3.1' }, container);
  }

  private post(path: string, body: object): Promise<string> {
    return this.send('POST', this.base + path, this.headers, Buffer.from(JSON.stringify(body)));
  }

  private send(
    method: string,
    address: string,
    headers: Readonly<Record<string, string>>,
    body: Buffer,
  ): Promise<string> {
    return new Promise((resolve, reject) => {
      const sending = request(address, {
        method,
        agent: this.agent,
        headers: { ...headers, 'content-length': String(body.length) },
      });
      sending.on('error', reject).on('response', (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
        response.on('end', () => {
          if (response.statusCode === 200 || response.statusCode === 201) resolve(text);
          else reject(new Error(`${method} ${address}: ${response.statusCode} ${text}`));
        });
      });
      sending.end(body);
    });
  }
}

/** A figure of uploads that failed would be worth nothing. */
async function expectAllMerged(instance: Instance): Promise<void> {
  const found = await instance.query('select state, count(*)::int as count from uploads group by state');
  const wanted = (WARM_UP_COMMITS + COMMITS) * UPLOADS_PER_COMMIT;
  const merged = found.find(({ state }) => state === 'merged')?.['count'];
  if (found.length !== 1 || merged !== wanted) throw new Error(`of ${wanted} uploads: ${JSON.stringify(found)}`);
}

async function floorOfMegabyte(): Promise<number> {
  const bytes = toLcov(generateFiles({ name: 'floor', files: 2500, lines: 320_000 }));
  const { floor } = await measure(bytes, () => {});
  return (floor / bytes.length) * MEGABYTE;
}
