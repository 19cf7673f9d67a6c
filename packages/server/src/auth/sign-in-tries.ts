import { networkOf } from './network.ts';
import { RateLimit } from './rate-limit.ts';

/** Whether a password may be tried. */
export type SignInTry =
  /** `succeeded` gives the try back: only failures count. */
  | { readonly kind: 'allowed'; readonly succeeded: () => void }
  | { readonly kind: 'locked'; readonly retryAfterSeconds: number };

/** Wrong passwords of one account from one address: ten at once, then one a minute. */
const OF_ACCOUNT = { most: 10, seconds: 600 } as const;
/** Of all accounts together from one address, so that a list of names cannot be tried either. */
const OF_ADDRESS = { most: 60, seconds: 600 } as const;
const KEYS = 20_000;

/**
 * Counts failed tries to sign in, by account and address together and by address (web-ui §3.2). Not by account alone: whoever knows a name
 * could keep its owner out.
 */
export class SignInTries {
  private readonly ofAccount: RateLimit;
  private readonly ofAddress: RateLimit;

  constructor(clock: () => number = () => performance.now()) {
    this.ofAccount = new RateLimit({ ...OF_ACCOUNT, keys: KEYS, clock });
    this.ofAddress = new RateLimit({ ...OF_ADDRESS, keys: KEYS, clock });
  }

  /** Counts a try before it is known to fail, so that many at the same time count too. */
  take(account: string, ip: string): SignInTry {
    const network = networkOf(ip);
    const pair = `${network} ${account.toLowerCase()}`;
    const ofAddress = this.ofAddress.take(network);
    if (ofAddress.kind === 'throttled') return { kind: 'locked', retryAfterSeconds: ofAddress.retryAfterSeconds };
    const ofAccount = this.ofAccount.take(pair);
    if (ofAccount.kind === 'throttled') {
      // What is not tried is no failure of the address.
      this.ofAddress.giveBack(network);
      return { kind: 'locked', retryAfterSeconds: ofAccount.retryAfterSeconds };
    }
    return {
      kind: 'allowed',
      succeeded: () => {
        this.ofAccount.giveBack(pair);
        this.ofAddress.giveBack(network);
      },
    };
  }
}
