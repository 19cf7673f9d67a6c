import type { Kysely } from 'kysely';
import type { Database } from '../tables.ts';

/** What people set in the pages and the database keeps; the configuration wins over each. */
export interface InstanceSettings {
  /** Where CI and people reach the installation, without a final slash. */
  readonly address: string;
  /** The first run was finished by a person. */
  readonly setup_finished: boolean;
}

/** A setting; null while nobody set it. */
export async function readSetting<Key extends keyof InstanceSettings>(
  database: Kysely<Database>,
  key: Key,
): Promise<InstanceSettings[Key] | null> {
  const row = await database.selectFrom('instance_settings').select('value').where('key', '=', key).executeTakeFirst();
  return row === undefined ? null : (row.value as InstanceSettings[Key]);
}

export async function saveSetting<Key extends keyof InstanceSettings>(
  database: Kysely<Database>,
  key: Key,
  value: InstanceSettings[Key],
): Promise<void> {
  const text = JSON.stringify(value);
  await database
    .insertInto('instance_settings')
    .values({ key, value: text })
    .onConflict((conflict) => conflict.column('key').doUpdateSet({ value: text, updated_at: new Date() }))
    .execute();
}
