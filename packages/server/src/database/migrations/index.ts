import { initial } from './0001-initial.ts';
import { interfaceTables } from './0002-interface.ts';
import type { Migration } from './migration.ts';

/** Every step of the schema, in order. Only ever append: a step that was released does not change. */
export const MIGRATIONS: readonly Migration[] = [initial, interfaceTables];
