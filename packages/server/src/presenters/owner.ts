import { z } from 'zod';
import type { Owner } from '../database/tables.ts';
import { named, pageOf } from './shape.ts';

/** Somebody who owns repositories, or wrote a commit (public-api §2.2). */
export const OWNER = named(
  'Owner',
  z.object({
    service: z.string().meta({ description: 'Long name of the provider, `github`.' }),
    username: z.string().nullable(),
    name: z.string().nullable(),
  }),
);

export const OWNER_PAGE = pageOf('OwnerPage', OWNER);

export function presentOwner(owner: Pick<Owner, 'service' | 'name' | 'display_name'>): z.input<typeof OWNER> {
  return { service: owner.service, username: owner.name, name: owner.display_name };
}
