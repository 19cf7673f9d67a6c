import { createHash, hkdfSync, timingSafeEqual } from 'node:crypto';

/** What opens the making of the first account from another machine. */
export interface FirstRunLink {
  readonly secret: string;
  /** `environment`: `THATCH_SETUP_TOKEN`, which its owner knows and nobody prints. */
  readonly from: 'generated' | 'environment';
}

/** A browser that wants to make the first account. */
export interface FirstRunVisitor {
  /** Address of the other end of the socket. */
  readonly socketAddress: string;
  /** Host as the browser wrote it, perhaps with a port. */
  readonly host: string;
  /** `1.1`. */
  readonly httpVersion: string;
  readonly headers: Readonly<Record<string, unknown>>;
}

/** Below this a token of the environment should be warned about: it can be guessed from many addresses at once. */
export const SHORTEST_FIRST_RUN_SECRET = 16;
const SECRET_LENGTH = 24;

/**
 * The link of an installation (web-ui §3.1). It is made from a secret of the installation, so that a link that was noted stays right over
 * restarts and on every node; as soon as there is an account it opens nothing.
 */
export function makeFirstRunLink(signingKey: string, environment: NodeJS.ProcessEnv = process.env): FirstRunLink {
  const given = environment['THATCH_SETUP_TOKEN'] ?? '';
  if (given !== '') return { secret: given, from: 'environment' };
  const secret = Buffer.from(hkdfSync('sha256', signingKey, '', 'thatch first run 1', SECRET_LENGTH));
  return { secret: secret.toString('base64url'), from: 'generated' };
}

/** Whether a text is the secret of the link; takes the same time whatever it is. */
export function isFirstRunSecret({ secret }: FirstRunLink, presented: string): boolean {
  return timingSafeEqual(digest(secret), digest(presented));
}

/** Headers by which a request says that it was passed on. */
const FORWARDING =
  /^(?:forwarded|via|cdn-loop|true-client-ip|(?:x-)?(?:real|client|cluster-client)-ip|(?:x-(?:forwarded|original|envoy)|cf|fastly)-.+)$/;

/**
 * Whether a request comes from a browser on this machine, not through a proxy on it. The host must be of this machine too: a page elsewhere can
 * make its own name point here. A proxy that was not told to say so may still give itself away: no browser speaks HTTP/1.0, in which nginx
 * passes on requests.
 */
export function isOnThisMachine({ socketAddress, host, httpVersion, headers }: FirstRunVisitor): boolean {
  if (!LOOPBACK.test(socketAddress) || !isHostOfThisMachine(host) || httpVersion === '1.0') return false;
  return !Object.keys(headers).some((name) => FORWARDING.test(name));
}

/** Whether a host, perhaps with a port, can only be the machine of who asks for it. */
export function isHostOfThisMachine(host: string): boolean {
  return LOCAL_HOST.test(host);
}

const LOOPBACK = /^(?:::ffff:)?127\.\d+\.\d+\.\d+$|^::1$/;
const LOCAL_HOST = /^(?:(?:[a-z0-9-]+\.)*localhost|127\.\d+\.\d+\.\d+|\[::1\])(?::\d+)?$/i;

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
