import { counted } from './shared.ts';

/** `/:svc`: organisations. */
export const OWNERS = {
  title: 'Organisations',
  name: 'Name',
  coverage: 'Coverage',
  lines: 'Lines',
  repositories: 'Repositories',
  reporting: (reporting: number, all: number) => `${reporting} of ${counted(all, 'repository', 'repositories')} report`,
  empty: 'No organisation yet',
  emptyHint: 'An organisation comes into being with the first upload to one of its repositories.',
} as const;
