/** Choosing a branch. */
export const BRANCHES = {
  pick: (current: string) => `Branch ${current}: choose another`,
  label: 'Branches',
  find: 'Find a branch',
  isDefault: 'default',
  none: 'No branch has a report yet.',
  noneFits: (text: string) => `No branch holds “${text}”.`,
} as const;
