import { KEYS } from './keys.ts';
import type { KeyName } from './keys.ts';
import type { LoadedConfig } from './load-config.ts';
import { describeOrigin, showValue } from './problem.ts';

/**
 * What was configured, a key a line and secrets masked, in the order of install-config: the text of `thatch config show`.
 *
 * @param withOrigins also says where each value came from, and which keys are at their default
 */
export function showConfig({ values, origins }: LoadedConfig, withOrigins: boolean): string {
  const lines: string[] = [];
  for (const key of Object.keys(KEYS) as KeyName[]) {
    const origin = origins.get(key) ?? { kind: 'default' as const };
    if (origin.kind === 'default' && !withOrigins) continue;
    const value = origin.kind === 'default' ? '(default)' : showValue(key, values[key]);
    lines.push(withOrigins ? `${key}: ${value}  # ${describeOrigin(origin)}` : `${key}: ${value}`);
  }
  return lines.map((line) => `${line}\n`).join('');
}
