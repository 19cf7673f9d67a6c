/** `R/new`. */
export const CONNECT = {
  title: 'Connect a CI',
  sentence:
    'A job that runs the tests sends the reports that they write. Take the snippet of your CI; the report appears below as it comes.',
  token: 'Upload token',
  tokenName: 'the token of this repository',
  rotate: 'Rotate',
  all: 'All tokens of this repository',
  none: 'This repository has no token of its own that can be shown.',
  make: 'Make a token',
  making: 'Making',
  newTokenName: 'CI',
  absent: {
    hidden: 'This installation shows no tokens. Ask an administrator for the one of this repository.',
    none: 'This repository has no token of its own. An administrator of the organisation can make one.',
    not_allowed: 'Members of the organisation see the token here. The snippets below hold a placeholder.',
  },
  ci: 'Snippet',
  listen: 'First report',
  listenNext: 'Next report',
} as const;
