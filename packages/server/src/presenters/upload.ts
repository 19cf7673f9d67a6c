import { z } from 'zod';
import type { Upload, UploadState } from '../database/tables.ts';
import { named, pageOf } from './shape.ts';
import { spacedTime } from './time.ts';
import { UPLOAD_TOTALS, presentUploadTotals } from './totals.ts';
import { UPLOAD_REASONS, type UploadReasons } from './upload-reasons.ts';

const SPACED_TIME = z
  .string()
  .regex(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d{6})?\+00:00$/)
  .meta({ description: 'With a space and an offset.' });

/** An upload of a commit (public-api §2.6). */
export const UPLOAD = named(
  'Upload',
  z.object({
    created_at: SPACED_TIME,
    updated_at: SPACED_TIME,
    storage_path: z.string().nullable().meta({ description: 'Null unless the caller may read raw uploads.' }),
    flags: z.array(z.string()),
    provider: z.string().nullable().meta({ description: 'Name of the CI.' }),
    build_code: z.string().nullable(),
    name: z.string().nullable(),
    job_code: z.string().nullable(),
    build_url: z.string().nullable(),
    state: z.string(),
    state_id: z.int().min(1).max(6).nullable(),
    state_name: z
      .enum(['UPLOADED', 'PROCESSED', 'ERROR', 'FULLY_OVERWRITTEN', 'PARTIALLY_OVERWRITTEN', 'MERGED'])
      .nullable(),
    env: z.record(z.string(), z.string().nullable()).nullable(),
    upload_type: z.enum(['uploaded', 'carriedforward']),
    upload_extras: z.record(z.string(), z.unknown()),
    totals: UPLOAD_TOTALS.nullable(),
    thatch: UPLOAD_REASONS.optional(),
  }),
);

export const UPLOAD_PAGE = pageOf('UploadPage', UPLOAD);

/** What an upload's row does not say. */
export interface UploadContext {
  readonly mayReadRaw: boolean;
  /** Our addition; null = not asked for. */
  readonly reasons: UploadReasons | null;
}

interface CompatState {
  readonly state: string;
  readonly state_id: number | null;
  readonly state_name: z.input<typeof UPLOAD>['state_name'];
}

const STATES: Readonly<Record<UploadState, CompatState>> = {
  started: { state: 'started', state_id: null, state_name: null },
  stored: { state: 'uploaded', state_id: 1, state_name: 'UPLOADED' },
  processed: { state: 'processed', state_id: 2, state_name: 'PROCESSED' },
  merged: { state: 'merged', state_id: 6, state_name: 'MERGED' },
  superseded: { state: 'fully_overwritten', state_id: 4, state_name: 'FULLY_OVERWRITTEN' },
  error: { state: 'error', state_id: 3, state_name: 'ERROR' },
  // The bytes never came; the compatible system leaves such an upload as it began.
  expired: { state: 'started', state_id: null, state_name: null },
};

export function presentUpload(upload: Upload, { mayReadRaw, reasons }: UploadContext): z.input<typeof UPLOAD> {
  return {
    created_at: spacedTime(upload.created_at),
    updated_at: spacedTime(upload.updated_at),
    storage_path: mayReadRaw ? upload.raw_key : null,
    flags: upload.flags,
    provider: upload.ci,
    build_code: upload.build,
    name: upload.name,
    job_code: upload.job,
    build_url: upload.build_url,
    ...STATES[upload.state],
    env: upload.env,
    upload_type: 'uploaded',
    upload_extras: {},
    totals: presentUploadTotals(upload),
    ...(reasons === null ? {} : { thatch: reasons }),
  };
}
