import { hostname } from 'node:os';
import { askForMerge } from '../../pipeline/merge.ts';
import { failedUploads, findHeldUpload, stuckUploads, type HeldUpload } from '../../database/queries/pipeline-load.ts';
import { findCommitById } from '../../database/queries/commits.ts';
import { problemsOf } from '../../database/queries/upload-problems.ts';
import { findUpload } from '../../database/queries/uploads.ts';
import { shortService, type Service } from '../../names.ts';
import { removeUpload, reprocess } from '../../pipeline/change-uploads.ts';
import { PARSE } from '../../pipeline/kinds.ts';
import { readLoad, type StepLoad } from '../../pipeline/load.ts';
import { isoTime } from '../../presenters/time.ts';
import { PROGRAM_VERSION } from '../../version.ts';
import { answer, EMPTY, NOT_THERE, type UiAnswer, type UiFailure } from './answer.ts';
import type { HealthAnswer, JobsAnswer, ProbeAnswer, QueueRow, StuckRow } from './contract/administration.ts';
import { operatorOperation, type UiOperation, type UiPersonCall } from './operation.ts';
import { PROBES, probeNamed } from './probes.ts';

/** What waits longer than this does not go on by itself: the reconciler has looked at it twice. */
const STUCK_SECONDS = 120;
const MOST_LISTED = 100;

/** Health and jobs of the installation, for operators (web-ui §3.18). */
export const ADMINISTRATION_OPERATIONS: readonly UiOperation[] = [
  operatorOperation({ path: '/admin/health' }, async (call) => answer<HealthAnswer>(describeProcess(call))),
  operatorOperation({ path: '/admin/health/{probe}' }, async (call) => {
    const probe = probeNamed(call.parameter('probe'));
    if (probe === null) return NOT_THERE;
    const { state, seen, fix } = await PROBES[probe](call.app);
    return answer<ProbeAnswer>({ state, seen, fix: fix === '' ? null : fix, at: isoTime(new Date()) });
  }),
  operatorOperation({ path: '/admin/jobs' }, async ({ app }) => {
    const { kysely } = app.database;
    const [load, failed, stuck] = await Promise.all([
      readLoad(app),
      failedUploads(kysely, MOST_LISTED),
      stuckUploads(kysely, STUCK_SECONDS, MOST_LISTED),
    ]);
    const present = await presenterOf(app, [...failed, ...stuck]);
    return answer<JobsAnswer>({
      queues: load.map(presentLoad),
      failed: failed.map(present),
      stuck: stuck.map(present),
    });
  }),
  operatorOperation({ method: 'POST', path: '/admin/jobs/{id}/retry' }, async (call) => {
    const held = await heldOfCall(call);
    return held === null ? NOT_THERE : retry(call, held);
  }),
  operatorOperation({ method: 'DELETE', path: '/admin/jobs/{id}' }, async (call) => {
    const held = await heldOfCall(call);
    return held === null ? NOT_THERE : drop(call, held);
  }),
];

function presentLoad({ queue, counts, since, doneLastMinute }: StepLoad): QueueRow {
  return {
    queue,
    waiting: counts === null ? null : counts.waiting + counts.delayed,
    running: counts?.running ?? null,
    oldest_ms: since === null ? 0 : Math.max(0, Date.now() - since.getTime()),
    per_min: doneLastMinute,
  };
}

function describeProcess({ app }: UiPersonCall): HealthAnswer {
  return {
    version: PROGRAM_VERSION,
    node: process.version.slice(1),
    role: 'serve',
    host: hostname(),
    started_at: isoTime(new Date(Date.now() - process.uptime() * 1000)),
    memory: process.memoryUsage.rss(),
    queues: app.config.services.redisUrl === null ? 'postgres' : 'redis',
    threads: app.workers.threads,
    probes: Object.keys(PROBES) as HealthAnswer['probes'],
  };
}

async function presenterOf(
  { database }: UiPersonCall['app'],
  uploads: readonly HeldUpload[],
): Promise<(upload: HeldUpload) => StuckRow> {
  const problems = await problemsOf(
    database.kysely,
    uploads.map(({ id }) => id),
  );
  return (upload) => {
    const problem = problems.get(upload.id)?.find(({ severity }) => severity === 'error');
    return {
      id: upload.external_id,
      service: shortService(upload.service as Service),
      owner: upload.owner,
      repo: upload.repo,
      sha: upload.sha,
      name: upload.name,
      flags: upload.flags,
      state: upload.state as StuckRow['state'],
      attempts: upload.attempts,
      code: upload.error_code,
      message: problem?.message ?? null,
      hint: problem?.hint ?? null,
      at: isoTime(upload.at),
    };
  };
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

async function heldOfCall({ app, parameter }: UiPersonCall): Promise<HeldUpload | null> {
  const id = parameter('id').toLowerCase();
  return UUID.test(id) ? findHeldUpload(app.database.kysely, id) : null;
}

/** Does the step again that an upload waits for. */
async function retry(call: UiPersonCall, held: HeldUpload): Promise<UiAnswer> {
  const { app } = call;
  audit(call, 'job.retried', held);
  if (held.state === 'stored') {
    await app.jobs.enqueue(PARSE, [{ id: `again-${held.id}`, data: { upload: held.id } }]);
    return EMPTY;
  }
  if (held.state === 'processed') {
    await askForMerge(app, held.commit_id);
    return EMPTY;
  }
  const upload = await findUpload(app.database.kysely, held.external_id);
  const read = upload === null ? 0 : await reprocess(app, { id: held.commit_id }, upload);
  return read === 0 ? NOT_THERE : EMPTY;
}

async function drop(call: UiPersonCall, held: HeldUpload): Promise<UiAnswer> {
  const { app } = call;
  const [upload, commit] = await Promise.all([
    findUpload(app.database.kysely, held.external_id),
    findCommitById(app.database.kysely, held.commit_id),
  ]);
  if (upload === null || commit === null) return NOT_THERE;
  if ((await removeUpload(app, commit, upload)) === 'busy') return BUSY;
  audit(call, 'job.dropped', held);
  return EMPTY;
}

function audit({ app, principal }: UiPersonCall, act: string, { external_id: id, sha }: HeldUpload): void {
  app.log.info({ audit: act, user: principal.name, upload_id: id, commit: sha }, 'an operator changed a job');
}

const BUSY: UiFailure = {
  kind: 'failure',
  status: 409,
  code: 'upload_busy',
  detail: 'This upload is being finished at this moment.',
  hint: 'Try again in a second.',
};
