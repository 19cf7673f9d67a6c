/** What an API token may be used for (public-api §4.5). */
export const API_SCOPES = [
  'read',
  'read:report',
  'repo:write',
  'repo:secrets',
  'org:admin',
  'install:read',
  'mcp',
] as const;

export type ApiScope = (typeof API_SCOPES)[number];
