import type { Totals, UploadAnswer } from './answer.ts';
import { findChange } from './change.ts';
import { postMeta, postReports, type Refused, type Server, type UploadCall } from './client.ts';
import type { Environment } from './environment.ts';
import { follow, type Goal } from './follow.ts';
import type { Checkout } from './git/checkout.ts';
import type { UploadOptions } from './options.ts';
import type { Prepared } from './prepare.ts';
import {
  EXIT,
  exitCode,
  problemLine,
  problemsOf,
  resultJson,
  resultTable,
  totalsOf,
  type UploadResult,
} from './result.ts';
import { readSources } from './sources.ts';
import { count, formatBytes, printable, type Terminal } from './terminal.ts';

/** upload-protocol §8.1: parts `report` of one request. */
const REPORTS_PER_UPLOAD = 1000;

/** Without `--wait`: how long the server gets to tell which sources it lacks. */
const SOURCE_PATIENCE_SECONDS = 60;

/** The requests of one run, in the order of upload-protocol §8.3: what the commit is, the reports, the sources that are missing. */
export class UploadSession {
  private readonly server: Server;
  private readonly prepared: Prepared;
  private readonly options: UploadOptions;
  private readonly environment: Environment;
  private readonly terminal: Terminal;

  constructor(
    server: Server,
    prepared: Prepared,
    options: UploadOptions,
    environment: Environment,
    terminal: Terminal,
  ) {
    this.server = server;
    this.prepared = prepared;
    this.options = options;
    this.environment = environment;
    this.terminal = terminal;
  }

  async run(): Promise<number> {
    const { context } = this.prepared;
    this.terminal.progress('telling the server about the commit');
    const meta = await postMeta(this.server, context.repository, this.prepared.gathered.meta);
    const isMetaStored = meta.kind === 'ok';
    if (!isMetaStored) {
      // The upload would be refused for the same reason.
      if (meta.status === 0 || meta.status === 401 || meta.status === 403 || meta.status === 404)
        return this.refuse(meta);
      this.terminal.notice(`the server did not take what git says about the commit: ${refusalText(meta)}`);
    }
    const sent = await this.sendReports();
    if (sent.kind === 'refused') return this.refuse(sent);
    return this.finish(sent.answers, isMetaStored);
  }

  private async sendReports(): Promise<{ readonly kind: 'sent'; readonly answers: readonly UploadAnswer[] } | Refused> {
    const { reports, network } = this.prepared;
    const answers: UploadAnswer[] = [];
    for (let at = 0; at < reports.length; at += REPORTS_PER_UPLOAD) {
      const group = reports.slice(at, at + REPORTS_PER_UPLOAD);
      const bytes = group.reduce((sum, report) => sum + report.size, 0);
      const what = `${count(group.length, 'report')} (${formatBytes(bytes)})`;
      this.terminal.progress(`sending ${what}`);
      const answer = await postReports(this.server, { fields: this.fields(), reports: group, network });
      if (answer.kind === 'refused') return answer;
      answers.push(answer.value);
      this.terminal.step(
        `sent ${what}: ${printable(
          group
            .slice(0, 3)
            .map((report) => report.name)
            .join(', '),
        )}${group.length > 3 ? ', …' : ''}`,
      );
    }
    return { kind: 'sent', answers };
  }

  /** The query of upload-protocol §8.1. */
  private fields(): UploadCall['fields'] {
    const { context } = this.prepared;
    const short = (text: string | null): string | null => text?.slice(0, 100) ?? null;
    const single: readonly (readonly [string, string | null])[] = [
      ['commit', context.commit.sha],
      ['repo', context.repository],
      ['branch', context.branch],
      ['pr', context.pull === null ? null : String(context.pull)],
      ['root', this.options.root],
      ['name', short(context.name)],
      ['job', short(context.job)],
      ['build', short(context.build)],
      ['build_url', context.buildUrl],
      ['ci', short(context.ci)],
      ['strict', this.options.isStrict ? '1' : null],
    ];
    return [
      ...single.filter((field): field is readonly [string, string] => field[1] !== null),
      ...(context.commit.object?.parents ?? []).map((sha) => ['parent', sha] as const),
      ...this.options.flags.map((flag) => ['flags', flag] as const),
      ...this.options.environmentNames.map((name) => [`env.${name}`, this.environment[name] ?? ''] as const),
    ];
  }

  private async finish(sent: readonly UploadAnswer[], isMetaStored: boolean): Promise<number> {
    const { context, checkout, gathered, notices } = this.prepared;
    const { waitSeconds } = this.options;
    const sendsSources = this.options.sendsSources && isMetaStored && checkout !== null && gathered.files.size > 0;
    const goal: Goal | null = waitSeconds !== null ? 'merged' : this.options.isStrict ? 'processed' : null;
    let result: UploadResult = {
      repository: context.repository,
      commit: context.commit.sha,
      branch: context.branch,
      answers: sent,
      goal,
      isLate: false,
      change: null,
      notices,
    };
    if (goal !== null || sendsSources) {
      const deadline = AbortSignal.timeout((waitSeconds ?? SOURCE_PATIENCE_SECONDS) * 1000);
      const parsed = await this.followAll(sent, 'processed', deadline);
      if (parsed.kind === 'refused') return this.refuse(parsed);
      if (sendsSources && !parsed.isLate) await this.sendSources(checkout, parsed.answers);
      if (sendsSources && parsed.isLate) {
        this.terminal.notice(
          'the server has not read the reports yet, so no sources were sent: --wait gives it more time',
        );
      }
      const followed = goal === 'merged' ? await this.followAll(parsed.answers, 'merged', deadline) : parsed;
      if (followed.kind === 'refused') return this.refuse(followed);
      // Without --wait being late is no news: nobody asked for the result.
      result = { ...result, answers: followed.answers, isLate: goal !== null && followed.isLate };
    }
    const totals = waitSeconds === null ? null : totalsOf(result);
    if (totals !== null) {
      result = { ...result, change: await this.changeOf(result, totals) };
    }
    return this.tell(result);
  }

  private async changeOf(result: UploadResult, totals: Totals): Promise<UploadResult['change']> {
    const compared = result.answers.at(-1)?.projectChange;
    const base = this.prepared.gathered.meta.base?.sha;
    if (compared != null && base !== undefined) return { text: compared, since: base };
    return findChange(this.server, result.repository, totals, this.prepared.gathered.ancestors);
  }

  private async followAll(
    answers: readonly UploadAnswer[],
    goal: Goal,
    deadline: AbortSignal,
  ): Promise<
    { readonly kind: 'followed'; readonly answers: readonly UploadAnswer[]; readonly isLate: boolean } | Refused
  > {
    const reached: UploadAnswer[] = [];
    let isLate = false;
    for (const answer of answers) {
      this.terminal.progress(`the upload is ${printable(answer.state)}`);
      const followed = await follow(this.server, answer, goal, deadline, (state) =>
        this.terminal.progress(`the upload is ${printable(state)}`),
      );
      if (followed.kind === 'refused') return followed;
      reached.push(followed.answer);
      isLate ||= followed.kind === 'late';
    }
    return { kind: 'followed', answers: reached, isLate };
  }

  /** Sends what the server says it lacks. Coverage is whole without it, so trouble here is only a notice. */
  private async sendSources(checkout: Checkout, answers: readonly UploadAnswer[]): Promise<void> {
    if (answers.every((answer) => answer.state === 'error')) return;
    const { context, gathered } = this.prepared;
    const head = { schema: 'thatch-meta/1', commit: { sha: context.commit.sha } } as const;
    const need = await postMeta(this.server, context.repository, head);
    if (need.kind === 'refused') return this.terminal.notice(`no sources were sent: ${refusalText(need)}`);
    let sent = 0;
    for await (const sources of readSources(checkout.root, gathered.files, need.value.blobs)) {
      this.terminal.progress(`sending sources (${sent} of ${need.value.blobs.length})`);
      const answer = await postMeta(this.server, context.repository, { ...head, sources });
      if (answer.kind === 'refused') return this.terminal.notice(`some sources were not sent: ${refusalText(answer)}`);
      sent += Object.keys(sources).length;
    }
    if (sent > 0) this.terminal.step(`sent ${count(sent, 'source file')}`);
  }

  private tell(result: UploadResult): number {
    const code = exitCode(result, this.options);
    if (this.options.isJson) {
      this.terminal.result(`${JSON.stringify(resultJson(result, code))}\n`);
      return code;
    }
    for (const problem of problemsOf(result).slice(0, 20)) {
      if (problem.severity === 'error') this.terminal.error(problemLine(problem));
      else this.terminal.notice(problemLine(problem));
    }
    const more = problemsOf(result).length - 20;
    if (more > 0) this.terminal.notice(`and ${count(more, 'more problem')}, all of them on the page of the upload`);
    if (!this.options.isQuiet) this.terminal.result(resultTable(result, this.terminal.paint));
    return code;
  }

  private refuse(refused: Refused): number {
    const hints: Readonly<Record<number, string>> = {
      0: `Is ${this.server.address.href} right, and reachable from here? (--url)`,
      401: 'Is the token right? (--token, THATCH_TOKEN, CODECOV_TOKEN)',
      403: 'Is the token one of this repository? (--token, --repo)',
      404: 'Is the repository right? (--repo SERVICE/OWNER/NAME)',
    };
    const hint = refused.hint === null ? hints[refused.status] : printable(refused.hint);
    this.terminal.error(refusalText(refused), hint);
    return EXIT.error;
  }
}

function refusalText(refused: Refused): string {
  const status =
    refused.status === 0
      ? 'no answer from the server'
      : `the server says no (${refused.status}${refused.code === null ? '' : ` ${refused.code}`})`;
  return printable(`${status}: ${refused.message}`);
}
