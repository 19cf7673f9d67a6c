import { LOCALE } from './shared.ts';

const clock = new Intl.DateTimeFormat(LOCALE, { hour: '2-digit', minute: '2-digit', hour12: false });

/** The frame around every page. */
export const FRAME = {
  home: 'Home',
  productHome: 'Thatch, home',
  search: 'Search or jump to',
  searchKey: 'Ctrl K',
  theme: 'Theme',
  themes: { system: 'Follow the system', light: 'Light', dark: 'Dark' },
  account: (name: string) => `Account ${name}`,
  signIn: 'Sign in',
  signOut: 'Sign out',
  setUp: 'Set up',
  changePassword: 'Change password',
  preferences: 'Preferences',
  organisations: 'Organisations',
  administration: 'Administration',
  repositoryTabs: 'Repository',
  overview: 'Overview',
  commits: 'Commits',
  settings: 'Settings',
  live: 'Live: changes appear by themselves',
  notLive: 'Not connected: changes are asked for every few seconds',
  notConnected: (since: number) => `Not connected since ${clock.format(since)}. Retrying.`,
  asking: (since: number) => `No live events since ${clock.format(since)}. Asking every 5 seconds.`,
  processing: 'A report is being processed',
  switchOrganisation: 'Switch organisation',
  switchRepository: 'Switch repository',
  allRepositories: 'All repositories',
  updated: 'Thatch was updated.',
  reload: 'Reload',
  breadcrumb: 'You are here',
} as const;

export const PAGE_ERRORS = {
  title: 'This page could not be loaded',
  waiting: 'Waiting for the server',
  notAllowed: 'Not allowed',
  signedInAs: (name: string) => `You are signed in as ${name}.`,
  health: 'Look at the health of the installation',
} as const;

export const NOT_FOUND = {
  title: 'Nothing here',
  signedOut: 'There is nothing here for you.',
  signInHint: 'Sign in with an account that can read this repository.',
  signedIn: (name: string) => `There is nothing here for ${name}.`,
  signedInHint: 'It may not exist, or your account may not read it.',
  seenBy: (account: string) => `In this browser it was last shown to the account ${account}.`,
  home: 'Go home',
} as const;

export const NOT_HERE_YET = {
  title: 'Not here yet',
  sentence: 'This page comes with a later version of Thatch.',
  kept: 'What it will show is being kept already.',
  back: 'Back to the repository',
  home: 'Go home',
} as const;
