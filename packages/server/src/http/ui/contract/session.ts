/** `GET /api/ui/session`: who looks, and what this installation is. The first request of every page. */
export interface SessionAnswer {
  /** Null = nobody signed in. */
  readonly person: SessionPerson | null;
  readonly instance: {
    readonly name: string;
    readonly version: string;
    /** Where CI and people reach it, without a final slash. */
    readonly address: string;
    /** Whether people without an account see public repositories. */
    readonly guest_access: boolean;
  };
  /** `account` = nobody registered: the administrator is to be made; `upload` = the operator has steps left; `done`. */
  readonly setup: 'account' | 'upload' | 'done';
}

export interface SessionPerson {
  readonly name: string;
  readonly is_operator: boolean;
}

/** `POST /api/ui/session`: signs in; 204, or 401 `sign_in_wrong`, 429 `sign_in_locked`. */
export interface SignInBody {
  readonly name: string;
  readonly password: string;
}
