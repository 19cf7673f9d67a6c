/** `GET …/connect`: what a CI needs to send reports of a repository (web-ui §3.8). */
export interface ConnectAnswer {
  /** Where CI reaches the installation, without a final slash. */
  readonly address: string;
  readonly token: ConnectToken;
  /** Whether who asks may make and rotate tokens. */
  readonly may_change: boolean;
  /** Whether a report of the repository was ever merged. */
  readonly has_report: boolean;
}

/** The upload token of the repository, as far as who asks may see it. */
export type ConnectToken =
  | { readonly kind: 'shown'; readonly id: number; readonly text: string }
  /** The installation shows none (`setup.hide_all_codecov_tokens`). */
  | { readonly kind: 'hidden' }
  /** None was made that can be seen again. */
  | { readonly kind: 'none' }
  /** For members only. */
  | { readonly kind: 'not_allowed' };
