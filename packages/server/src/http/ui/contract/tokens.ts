/** `GET …/tokens`: upload tokens of a repository itself that are in force, newest first (web-ui §3.13); for members. */
export interface TokensAnswer {
  readonly tokens: readonly TokenRow[];
  /** Whether who asks may make, rotate and revoke them. */
  readonly may_change: boolean;
}

/** A token as it is listed; its secret is nowhere. */
export interface TokenRow {
  readonly id: number;
  readonly name: string | null;
  /** Its first characters. */
  readonly prefix: string;
  readonly created_at: string;
  /** When it ends; null = when it is revoked. */
  readonly expires_at: string | null;
  /** To the minute. */
  readonly last_used_at: string | null;
}

/** `POST …/tokens`: makes one; for administrators. */
export interface TokenBody {
  /** What it is for. */
  readonly name: string;
}

/** `POST …/tokens/{id}/rotate`: makes one in its place; the old one works for so many days more, at most seven. */
export interface RotateBody {
  readonly grace_days: number;
}

/** What both answer: the only time that the whole token is told to the page that made it. */
export interface NewTokenAnswer {
  readonly token: string;
  readonly row: TokenRow;
}
