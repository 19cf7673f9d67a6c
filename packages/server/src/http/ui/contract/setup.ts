/**
 * `GET /api/ui/setup`: where the first run is (web-ui §3.1). 404 when it is over, and once there is an account for everybody but operators.
 */
export type SetupAnswer = SetupAdministrator | SetupUpload;

/** Nobody has an account yet. */
export interface SetupAdministrator {
  readonly step: 'administrator';
  /** Whether this browser may make the account as it is; else with the secret of the link. */
  readonly is_open: boolean;
  /** Where the secret is found: `generated` = printed and logged by the server, `environment` = `THATCH_SETUP_TOKEN`. */
  readonly link: 'generated' | 'environment';
  /** Whether a browser on the server's own machine needs no link. */
  readonly is_open_locally: boolean;
}

/** There is an administrator; the address and the first upload are left. */
export interface SetupUpload {
  readonly step: 'upload';
  readonly address: SetupAddress;
  /** The newest token that was made here; its text is never told again. */
  readonly token: { readonly prefix: string; readonly created_at: string } | null;
  /** Whether the demo repository can be loaded: nothing was sent yet, and its recording is there. */
  readonly demo: boolean;
}

/** Where CI and people reach the installation; addresses without a final slash. */
export interface SetupAddress {
  readonly current: string;
  /** The address of this request. */
  readonly detected: string;
  /** Set by `setup.codecov_url`, which wins: it cannot be changed here. */
  readonly is_configured: boolean;
}

/** `POST /api/ui/setup/administrator`: makes the account and signs in; 204, 403 `setup_link_wrong`, 404 once there is an account. */
export interface SetupAdministratorBody {
  readonly name: string;
  /** At least 12 characters. */
  readonly password: string;
  /** The secret of the link. */
  readonly secret?: string;
}

/** `PUT /api/ui/setup/address`: 200 with the new state, 409 `address_configured`. */
export interface SetupAddressBody {
  readonly address: string;
}

/** `POST /api/ui/setup/token`: a new upload token that may create repositories. */
export interface SetupTokenAnswer {
  readonly token: string;
}

/** `POST /api/ui/setup/demo`: begins to load the demo repository; 200, 409 `demo_loading`, `demo_absent`. */
export interface SetupDemoAnswer {
  /** How many uploads are sent. */
  readonly uploads: number;
}
