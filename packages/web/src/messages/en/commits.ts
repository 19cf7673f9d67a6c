import type { CommitWord } from '@thatch/server/http/ui/contract/shared.ts';
import { counted, whole } from './shared.ts';

/** `R/commits`. */
export const COMMITS = {
  title: 'Commits',
  titleOf: (branch: string) => `Commits of ${branch}`,
  allBranches: 'All branches',
  branch: 'Branch',
  search: 'Message or sha',
  author: 'Author',
  states: 'State',
  state: {
    processed: 'processed',
    processing: 'processing',
    error: 'error',
    no_report: 'no report',
  } satisfies Record<CommitWord, string>,
  status: { COMPLETED: 'Processed', PENDING: 'Processing', ERROR: 'Error' },
  commit: 'Commit',
  coverage: 'Coverage',
  lines: 'Lines',
  uploads: 'Uploads',
  age: 'Age',
  uploadsOf: (merged: number, all: number) => `${whole(merged)} of ${whole(all)}`,
  uploadsSentence: (merged: number, all: number, errors: number) =>
    errors === 0
      ? `${whole(merged)} of ${counted(all, 'upload', 'uploads')} merged`
      : `${whole(merged)} of ${counted(all, 'upload', 'uploads')} merged, ${whole(errors)} with an error`,
  untitled: 'no message known',
  unknownAuthor: 'unknown author',
  newCommits: (count: number) => counted(count, 'new commit', 'new commits'),
  show: 'Show',
  newestOf: (count: number) => `${counted(count, 'commit', 'commits')} shown`,
  older: 'Older commits',
  loadingOlder: 'Loading older commits',
  none: 'No commit yet',
  noneHint: 'Commits appear with their first upload.',
  noneOf: (branch: string) => `No commit of ${branch} is known`,
  noneOfHint: 'Its name may be another one, or its commits were uploaded for other branches.',
  showAll: 'Show all branches',
  connect: 'Connect a CI',
  nothingFits: 'No commit fits',
  nothingFitsHint: 'Nothing here has all of what the filters ask for.',
  clear: 'Clear the filters',
  today: 'Today',
  yesterday: 'Yesterday',
} as const;
