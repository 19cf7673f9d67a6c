import { z } from 'zod';
import { named, TIME } from './shape.ts';

/** What was judged of a commit, and why (public-api §4.2). */
const VERDICT = named(
  'Verdict',
  z.object({
    context: z.string(),
    kind: z.enum(['project', 'patch', 'changes', 'component', 'tests', 'bundles', 'yaml']),
    state: z.enum(['success', 'failure', 'pending', 'error', 'neutral', 'skipped']),
    actual: z.number().nullable(),
    target: z.number().nullable(),
    threshold: z.number().nullable(),
    base_sha: z.string().nullable(),
    inputs: z.record(z.string(), z.number()),
    reason_code: z.string(),
    explanation: z.string(),
    config_source: z.object({ file: z.string(), sha: z.string(), pointer: z.string() }).nullable(),
    posted: z.object({ at: TIME, provider_status: z.string(), url: z.url() }).nullable(),
  }),
);

export const VERDICTS = named('Verdicts', z.array(VERDICT));
