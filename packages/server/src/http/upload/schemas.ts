import { z } from 'zod';
import { type Answer, fieldErrors } from './answer.ts';
import type { Body } from './body.ts';
import {
  defaultCode,
  environment,
  flags,
  type NullMeans,
  optionalBoolean,
  optionalInteger,
  optionalLooseInteger,
  optionalSha,
  optionalText,
  requiredSha,
  requiredText,
  shortenedText,
} from './fields.ts';

/*
 * Bodies of the upload addresses (upload-protocol §1.3). Unknown keys are left out.
 */

/** A: a commit. */
export const COMMIT = z.object({
  commitid: requiredSha(),
  parent_commit_id: optionalSha(),
  pullid: optionalInteger(),
  branch: optionalText({ most: 512 }),
});

/** B: a report. */
export const REPORT = z.object({ code: defaultCode() });

/** C: an upload of coverage. */
export const UPLOAD = uploadFields('refused');

/** D names the same fields; null is as good as absent there (the fault of §1.3 is not copied). */
export const UPLOAD_OF_D = uploadFields('absent');

/** E: no tests needed. */
export const EMPTY_UPLOAD = z.object({ should_force: optionalBoolean() });

/** H: copy the uploads of one commit to another. */
export const TRANSPLANT = z.object({ from_sha: requiredSha(), to_sha: requiredSha() });

/** I: test results; codecov-cli sends the CI fields under other names than the server there reads. */
export const TEST_RESULTS = z.object({
  slug: requiredText({ most: 1024 }),
  commit: requiredSha(),
  service: optionalText({ most: 100 }),
  branch: optionalText({ most: 512 }),
  pr: optionalLooseInteger(),
  pullid: optionalLooseInteger(),
  build: optionalText(),
  buildUrl: optionalText({ most: 2000 }),
  build_url: optionalText({ most: 2000 }),
  ci_url: optionalText({ most: 2000 }),
  ci_service: optionalText(),
  job: optionalText(),
  job_code: optionalText(),
  name: shortenedText(100),
  flags: flags('absent'),
  env: environment(),
  version: optionalText(),
  file_not_found: optionalBoolean(),
});

/** J: bundle statistics; `service` is the name of the CI there. */
export const BUNDLE = z.object({
  slug: requiredText({ most: 1024 }),
  commit: requiredSha(),
  branch: optionalText({ most: 512 }),
  build: optionalText(),
  buildURL: optionalText({ most: 2000 }),
  job: optionalText(),
  pr: optionalLooseInteger(),
  service: optionalText(),
  compareSha: optionalSha(),
  git_service: optionalText({ most: 100 }),
});

/** K: the base of a pull. */
export const PULL_BASE = z.object({ user_provided_base_sha: optionalSha() });

/** What a schema made of a body. */
export type Checked<Value> =
  | { readonly kind: 'ok'; readonly value: Value }
  | { readonly kind: 'answer'; readonly answer: Answer };

/** Checks a body; the answer of a wrong one names each field and what is wrong with it. */
export function check<Schema extends z.ZodType>(schema: Schema, body: Body): Checked<z.output<Schema>> {
  if (body.kind === 'unreadable') return { kind: 'answer', answer: body.answer };
  const parsed = schema.safeParse(body.isForm ? unfold(body.fields) : body.fields);
  if (parsed.success) return { kind: 'ok', value: parsed.data };
  const errors: Record<string, string[]> = {};
  for (const { path, message } of parsed.error.issues) (errors[String(path[0])] ??= []).push(message);
  return { kind: 'answer', answer: fieldErrors(errors) };
}

const LISTS: ReadonlySet<string> = new Set(['flags']);

// Of a form, the last value of a key counts, and an empty one is none.
function unfold(fields: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const entries = Object.entries(fields).map(([name, values]) => {
    if (!Array.isArray(values) || LISTS.has(name)) return [name, values];
    return [name, values.at(-1) === '' ? null : values.at(-1)];
  });
  return Object.fromEntries(entries) as Record<string, unknown>;
}

function uploadFields(nullMeans: NullMeans) {
  return z.object({
    ci_url: optionalText({ most: 2000 }),
    ci_service: optionalText({ nullMeans }),
    version: optionalText({ nullMeans }),
    flags: flags(nullMeans),
    env: environment(),
    name: shortenedText(100),
    job_code: optionalText(),
  });
}
