import { DEFAULT_SETTINGS, type Settings } from '@thatch/engine';
import type { Config } from '../config/config.ts';
import type { UploadOptions } from '../database/tables.ts';

/** `codecov.max_report_age` of the compatible system where no yaml says otherwise: 12 hours (report-formats §2.5). */
const MAX_REPORT_AGE_SECONDS = 12 * 60 * 60;

/** How an upload is read while repository yaml is not: the installation's defaults and what its sender asked for. */
export function parseSettings(config: Config, options: UploadOptions, now: number): Settings {
  return {
    ...DEFAULT_SETTINGS,
    compat: config.parsers.compat,
    paths: { ...DEFAULT_SETTINGS.paths, root: options.root ?? '', prefix: options.prefix ?? '' },
    maxReportAge: MAX_REPORT_AGE_SECONDS,
    now: Math.floor(now / 1000),
  };
}
