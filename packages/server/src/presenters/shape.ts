import { z } from 'zod';

/**
 * The shapes of all answers by their public names: what presenters fill, what tests check, and what the OpenAPI document is made from
 * (public-api §4.6).
 */
export const SHAPES = z.registry<{ id: string }>();

/** Gives a shape its public name. One definition per shape: a name that is taken is a mistake and throws. */
export function named<Schema extends z.ZodType>(name: string, schema: Schema): Schema {
  SHAPES.add(schema, { id: name });
  return schema;
}

/** ISO 8601 in UTC with `Z` (public-api §1.5). */
export const TIME = z.iso.datetime();

/** A whole number ≥ 0. */
export const COUNT = z.int().min(0);

/** The envelope of a list with page numbers (public-api §1.4). */
export function pageOf<Item extends z.ZodType>(name: string, item: Item) {
  return named(
    name,
    z.object({
      count: COUNT,
      next: z.url().nullable(),
      previous: z.url().nullable(),
      results: z.array(item),
      total_pages: z.int().min(1),
    }),
  );
}

/** The envelope of a list of our own (public-api §4.1). */
export function listOf<Item extends z.ZodType>(name: string, item: Item) {
  return named(name, z.object({ data: z.array(item), next_cursor: z.string().nullable() }));
}
