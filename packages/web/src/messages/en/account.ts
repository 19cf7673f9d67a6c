import { counted } from './shared.ts';

/** What a person does with the account and this browser. */
export const PASSWORD = {
  title: 'Change password',
  current: 'Present password',
  next: 'New password',
  help: (shortest: number) => `At least ${counted(shortest, 'character', 'characters')}.`,
  submit: 'Change password',
  submitting: 'Changing password',
  done: 'The password is changed. Other browsers that were signed in are signed out.',
} as const;

export const PREFERENCES = {
  title: 'Preferences',
  kept: 'Kept in this browser.',
  theme: 'Theme',
  themes: { system: 'Follow the system', light: 'Light', dark: 'Dark' },
  density: 'Rows',
  densities: { automatic: 'By the width of the window', comfortable: 'Comfortable', dense: 'Dense' },
  tint: 'Tint covered lines too',
  tintHelp: 'Without it only partial and missed lines have a background.',
  keys: 'Single-letter shortcuts',
  keysHelp: 'Keys such as n, p and t. Combinations with Ctrl stay.',
  editor: 'Open in editor',
  editors: { none: 'None', vscode: 'VS Code', cursor: 'Cursor', zed: 'Zed', idea: 'JetBrains', other: 'Other' },
  template: 'Address',
  templateHelp: 'Write the folder of your clone before {path}. {path} and {line} are filled in.',
  templateWrong: 'An address of an editor begins with its name and a colon, such as vscode://file/…',
} as const;
