/** Short names of providers, in the order of web-ui §1.1. */
export const SERVICES = ['gh', 'gl', 'bb', 'ghe', 'gle', 'bbs', 'gt', 'git'] as const;

/** A provider as addresses name it. */
export type Service = (typeof SERVICES)[number];

const OTHER_NAMES: Readonly<Record<string, Service>> = {
  github: 'gh',
  gitlab: 'gl',
  bitbucket: 'bb',
  github_enterprise: 'ghe',
  gitlab_enterprise: 'gle',
  bitbucket_server: 'bbs',
  stash: 'bbs',
  gitea: 'gt',
  forgejo: 'gt',
  codeberg: 'gt',
  none: 'git',
  local: 'git',
};

/** The provider of a first segment, in any case and by any of its names; null when it is none. */
export function serviceOf(segment: string): Service | null {
  const name = segment.toLowerCase();
  const short = SERVICES.find((service) => service === name);
  return short ?? (Object.hasOwn(OTHER_NAMES, name) ? OTHER_NAMES[name] : null);
}
