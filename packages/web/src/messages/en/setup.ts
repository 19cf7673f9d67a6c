import { counted } from './shared.ts';

/** `/setup`: the first run. */
export const SETUP = {
  title: 'Set up',
  lead: 'Three steps from here to a covered commit.',
  step: (number: number) => `Step ${number}`,
  done: 'done',

  administrator: 'Administrator',
  administratorLead: 'The account that sees everything and makes the others.',
  name: 'Name',
  password: 'Password',
  passwordHelp: (shortest: number) => `At least ${counted(shortest, 'character', 'characters')}.`,
  make: 'Make the administrator',
  making: 'Making the administrator',
  made: 'The administrator is made, and you are signed in.',
  elsewhere: 'This page is opened by its link.',
  elsewhereGenerated: 'The server printed the link when it started, and wrote it to its log. It begins like this:',
  elsewhereEnvironment: 'Add the value of THATCH_SETUP_TOKEN to this address, after a #:',
  elsewhereLocal: 'A browser on the machine that runs the server, at its localhost address, needs no link.',

  address: 'Address',
  addressLead: 'Where browsers and CI reach this installation.',
  reached: 'This browser reaches it.',
  notChecked: (opened: string) => `Not checked: this page was opened at ${opened}.`,
  tryAddress: 'Open it there',
  local: 'CI on other machines does not reach this address.',
  localHint: 'Enter the name by which they reach this machine.',
  configured: 'Set by setup.codecov_url in the configuration.',
  change: 'Change',
  save: 'Save',
  saving: 'Saving',

  upload: 'First upload',
  uploadLead: 'Send a report from a repository of yours: it comes into being with its first upload.',
  uploadLater: 'A snippet for your CI, and what becomes of the first report.',
  tokenOnce: 'The token below may send to every repository and is shown this once.',
  tokenEarlier: (prefix: string) =>
    `The token that begins with ${prefix} was shown once and stays in force. Put it in place of YOUR_UPLOAD_TOKEN.`,
  tokenAnother: 'Make another token',
  tokenMaking: 'Making a token',

  demo: 'No CI at hand?',
  demoLead: 'Load a repository with months of history to look at.',
  demoLoad: 'Load demo repository',
  demoLoading: 'Loading',
  demoSending: (uploads: number) => `${counted(uploads, 'upload', 'uploads')} of the demo repository are on their way.`,
  finishTitle: 'Later',
  finish: 'Finish',
  finishing: 'Finishing',
  finishLead: 'Reports can be sent at any time; this page is not needed for it.',
} as const;

/** `/` for who can see no organisation. */
export const HOME = {
  title: 'Home',
  none: 'Your account can read no repository yet',
  noneHint: 'Ask an administrator of this installation to let it read one.',
  operator: 'No report yet',
  operatorHint:
    'An organisation comes into being with the first upload to one of its repositories. Make a token for it:',
  command: 'command',
  setUp: 'Set up the first upload',
} as const;
