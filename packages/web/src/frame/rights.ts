import type { Right } from '@thatch/server/http/ui/contract/shared.ts';

const CHANGING: ReadonlySet<Right> = new Set<Right>(['member', 'admin', 'operator']);

/** Whether somebody with this right may change anything of a repository: only then its settings are shown (web-ui §2). */
export function mayChange(right: Right | undefined): boolean {
  return right !== undefined && CHANGING.has(right);
}
