import { counted, LOCALE } from './shared.ts';

const days = new Intl.DateTimeFormat(LOCALE, {
  day: 'numeric',
  month: 'short',
  hour: '2-digit',
  minute: '2-digit',
  hour12: false,
});

/** `R/config/tokens`. */
export const TOKENS = {
  title: 'Tokens',
  sentence: 'Upload tokens of this repository. Each opens this repository only, and is shown once.',
  name: 'Name',
  prefix: 'Begins with',
  lastUsed: 'Last used',
  created: 'Made',
  ends: 'Ends',
  acts: 'Acts',
  never: 'never',
  endsAt: (time: Date) => days.format(time),
  endsNever: 'when revoked',
  unnamed: 'without a name',
  unnamedOf: (prefix: string) => `${prefix}…`,
  empty: 'No token yet',
  emptyHint:
    'A CI needs one to send reports. An organisation or the installation may have tokens too, which open this repository as well.',
  newName: 'What is it for',
  newNameHelp: 'The name of the CI, for example.',
  make: 'Make a token',
  making: 'Making',
  made: (name: string) => `Token ${name} is made. It is not shown again.`,
  rotated: (name: string) => `Token ${name} is rotated. The new one is not shown again.`,
  token: 'token',
  done: 'I have it',
  rotate: 'Rotate',
  revoke: 'Revoke',
  revokeTitle: (name: string) => `Revoke token ${name}?`,
  revokeSentence: 'Jobs that use it are refused from now on. This cannot be undone.',
  revokeAct: 'Revoke the token',
  revoking: 'Revoking',
  onlyAdmins: 'Administrators of the organisation make, rotate and revoke tokens.',
  connect: 'How a CI uses it',
} as const;

/** The question before a token is rotated. */
export const ROTATE = {
  title: (name: string) => `Rotate ${name}?`,
  sentence: 'A new token takes its place. Give the new one to your CI while the old one still works.',
  grace: 'The old one works for',
  days: (days: number) => (days === 0 ? 'no longer' : counted(days, 'day', 'days')),
  act: 'Rotate the token',
  busy: 'Rotating',
} as const;
