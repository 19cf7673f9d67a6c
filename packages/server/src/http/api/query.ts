import { z } from 'zod';
import { invalidFields, type ApiFailure } from './answer.ts';

/** Values of a query as the framework gives them. */
export type RawQuery = Readonly<Record<string, string | readonly string[] | undefined>>;

/** What a query may say; a parameter of which nothing is known is ignored (public-api §1.4). */
export type QueryShape = z.ZodObject<Record<string, z.ZodType>>;

const LONGEST_TEXT = 4096;
const MOST_TEXTS = 500;

// The database has no NUL in its texts, so nothing there can be meant.
const TEXT = z
  .string()
  .max(LONGEST_TEXT, `Ensure this value has at most ${LONGEST_TEXT} characters.`)
  .refine((text) => !text.includes('\u0000'), 'Null characters are not allowed.');

/** One text; of several the last counts. */
export function textParameter(description: string) {
  return TEXT.optional().meta({ description });
}

/** Every text that is given under the name. */
export function textsParameter(description: string) {
  return z
    .array(TEXT)
    .max(MOST_TEXTS, `Ensure there are at most ${MOST_TEXTS} values.`)
    .optional()
    .meta({ description });
}

/** A whole number within bounds; smaller ones count as `least` when it says so. */
export function integerParameter(
  description: string,
  { least, most }: { readonly least?: number; readonly most?: number } = {},
) {
  let number = z.int('A valid integer is required.');
  if (least !== undefined) number = number.min(least, `Ensure this value is greater than or equal to ${least}.`);
  if (most !== undefined) number = number.max(most, `Ensure this value is less than or equal to ${most}.`);
  return z
    .string()
    .transform((text) => (/^\s*[+-]?\d{1,15}\s*$/.test(text) ? Number(text) : NaN))
    .pipe(number)
    .optional()
    .meta({ description });
}

/** `true` or `false`; anything else is as if it were not there (public-api §1.4). */
export function booleanParameter(description: string) {
  return z
    .string()
    .transform((text) => (text === 'true' ? true : text === 'false' ? false : undefined))
    .pipe(z.boolean().optional())
    .optional()
    .meta({ description });
}

/** One of some words; others are as if it were not there. */
export function orderingParameter<const Words extends readonly [string, ...string[]]>(words: Words) {
  return z.enum(words).optional().catch(undefined).meta({ description: 'Sort by; a minus in front reverses.' });
}

/** One of some words; others are refused. */
export function choiceParameter<const Words extends readonly [string, ...string[]]>(description: string, words: Words) {
  const error = (issue: { readonly input?: unknown }) =>
    `"${String(issue.input).slice(0, 100)}" is not a valid choice.`;
  return z.enum(words, { error }).optional().meta({ description });
}

export type QueryCheck<Shape extends QueryShape> =
  | { readonly kind: 'ok'; readonly query: z.output<Shape> }
  | ApiFailure;

/** Checks a query; the failure names every parameter that is wrong. */
export function checkQuery<Shape extends QueryShape>(shape: Shape, raw: RawQuery): QueryCheck<Shape> {
  const checked = shape.safeParse(pickValues(shape, raw));
  if (checked.success) return { kind: 'ok', query: checked.data };
  const fields: Record<string, string[]> = {};
  for (const { path, message } of checked.error.issues) (fields[String(path[0])] ??= []).push(message);
  return invalidFields(fields);
}

function pickValues(shape: QueryShape, raw: RawQuery): Record<string, unknown> {
  const values: Record<string, unknown> = {};
  for (const [name, schema] of Object.entries(shape.shape)) {
    const given = raw[name];
    if (given === undefined) continue;
    const all = typeof given === 'string' ? [given] : given;
    values[name] = isList(schema) ? all : all.at(-1);
  }
  return values;
}

function isList(schema: z.ZodType): boolean {
  return schema instanceof z.ZodOptional && schema.unwrap() instanceof z.ZodArray;
}
