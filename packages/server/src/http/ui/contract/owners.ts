import type { Coverage } from './shared.ts';

/** `GET /api/ui/owners`: the organisations that the caller can see, of all services, by name. */
export interface OwnersAnswer {
  readonly owners: readonly OwnerRow[];
}

export interface OwnerRow {
  /** Short name: `gh`. */
  readonly service: string;
  readonly name: string;
  readonly repositories: number;
  /** How many of them have a report. */
  readonly reporting: number;
  /** Sums over the newest reports of their default branches. */
  readonly coverage: Coverage;
}
