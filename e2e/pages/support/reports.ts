import { randomBytes } from 'node:crypto';

/** A report to be sent, and what it belongs to. */
export interface Report {
  /** `gh/acme/web`. */
  readonly repository: string;
  /** The bytes of the report, in any format; a small lcov unless said. */
  readonly report?: string | Uint8Array;
  /** A new commit unless said. */
  readonly sha?: string;
  /** `main` unless said; null sends none. */
  readonly branch?: string | null;
  readonly flags?: readonly string[];
  readonly name?: string;
  readonly job?: string;
  readonly parent?: string;
  /** More parameters of upload-protocol §8.1. */
  readonly query?: Readonly<Record<string, string>>;
  /** Another token than the one of the server under test; null sends none. */
  readonly token?: string | null;
  /** Seconds to wait until it is in the report; 60 unless said. */
  readonly wait?: number;
}

/** What the server answered. */
export interface ReportAnswer {
  readonly status: number;
  readonly sha: string;
  readonly body: Readonly<Record<string, unknown>>;
}

/** Of two files: three lines hit, one missed, one with one of two branches taken. */
export const LCOV = `TN:
SF:src/add.ts
DA:1,4
DA:2,4
DA:3,0
end_of_record
SF:src/deep/choose.ts
DA:1,2
DA:2,1
BRDA:2,0,0,1
BRDA:2,0,1,0
end_of_record
`;

/** A commit id that nobody used. */
export function newSha(): string {
  return randomBytes(20).toString('hex');
}

/** Sends one report as `curl` does. */
export async function sendReport(url: string, token: string, report: Report): Promise<ReportAnswer> {
  const { sha = newSha(), branch = 'main', wait = 60 } = report;
  const query = new URLSearchParams({ repo: report.repository, commit: sha, wait: String(wait), ...report.query });
  const optional = { branch, name: report.name, job: report.job, parent: report.parent };
  for (const [name, value] of Object.entries(optional)) if (value != null) query.set(name, value);
  for (const flag of report.flags ?? []) query.append('flags', flag);
  const shown = report.token === undefined ? token : report.token;
  const response = await fetch(`${url}/upload/coverage?${query}`, {
    method: 'POST',
    headers: shown === null ? {} : { authorization: `token ${shown}` },
    body: (report.report ?? LCOV) as string,
  });
  return { status: response.status, sha, body: (await response.json()) as Record<string, unknown> };
}
