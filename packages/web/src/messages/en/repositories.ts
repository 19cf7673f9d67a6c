import { shellWord } from '../../parts/ci-snippets/snippet.ts';
import { counted, LOCALE, SHARED, whole } from './shared.ts';

const days = new Intl.DateTimeFormat(LOCALE, { day: 'numeric', month: 'short' });

/** `/:svc/:owner`: repositories. */
export const REPOSITORIES = {
  totals: (hits: number, lines: number) => SHARED.ratioLines(hits, lines),
  reporting: (reporting: number, all: number) =>
    all === 1
      ? `${whole(reporting)} of 1 repository reports`
      : `${whole(reporting)} of ${whole(all)} repositories report`,
  makeDefault: 'Use as start page',
  makeDefaultHint: 'The mark in the top bar leads here from now on, in this browser.',
  isDefault: 'Your start page',
  isDefaultHint: 'The mark in the top bar leads here. Press to start where you were last instead.',
  filters: 'Which repositories',
  search: 'Search repositories',
  displays: { All: 'All', Configured: 'Set up', 'Not Configured': 'Not set up' },
  stale: 'Only stale',
  list: 'Repositories',
  found: (count: number) => counted(count, 'repository', 'repositories'),
  name: 'Name',
  coverage: 'Coverage',
  trend: '90 days',
  trendOf: (first: string, last: string) => `Coverage over 90 days, from ${first} % to ${last} %`,
  change: 'Change in 30 days',
  since: (at: string) => `since ${days.format(new Date(at))}`,
  lines: 'Lines',
  report: 'Last report',
  state: 'State',
  never: 'never',
  setUp: 'Set up',
  setUpOf: (name: string) => `Set up ${name}`,
  states: { processed: 'ok', processing: 'processing', error: 'error', no_report: 'no report' },
  noneFits: 'No repository fits.',
  noneFitsHint: 'Search for another name, or show all.',
  showAll: 'Show all',
  empty: 'No repository yet',
  emptyHint: 'A repository comes into being with its first upload. Send a report from your CI or from a shell:',
  snippet: (address: string, svc: string, owner: string) =>
    [
      `curl -fsSO ${address}/cli/thatch.mjs`,
      `CODECOV_TOKEN=<upload token> node thatch.mjs upload --url ${address} --repo ${shellWord(`${svc}/${owner}/<name>`)}`,
    ].join('\n'),
  snippetName: 'commands',
} as const;
