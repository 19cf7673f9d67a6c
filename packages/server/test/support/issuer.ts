import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { CryptoKey, JWK, JWTPayload } from 'jose';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';

/** How a token differs from a right one. */
export interface TokenChanges {
  readonly claims?: JWTPayload;
  readonly keyId?: string;
  readonly algorithm?: string;
  /** Signs instead of the issuer's own key. */
  readonly key?: CryptoKey | Uint8Array;
}

/** A CI's token issuer on this machine. */
export interface LocalIssuer {
  readonly url: string;
  /** How often its keys were fetched. */
  readonly fetches: () => number;
  /** A token like GitHub Actions makes for `acme/web`, branch `main`. */
  readonly sign: (changes?: TokenChanges) => Promise<string>;
  /** The public keys as the world sees them. */
  readonly publicKeys: () => readonly JWK[];
  /** Replaces the signing key, as issuers do now and then. */
  readonly rotate: () => Promise<void>;
  /** What it answers from now on; null = its keys. */
  readonly answerWith: (
    answer: { readonly status: number; readonly body: string; readonly location?: string } | null,
  ) => void;
  readonly close: () => Promise<void>;
}

/** Starts an issuer with discovery document and keys; `algorithm` is that of its key. */
export async function startIssuer(algorithm: string = 'RS256'): Promise<LocalIssuer> {
  let fetches = 0;
  let fixed: { status: number; body: string; location?: string } | null = null;
  let current = await makeKey(algorithm, 'key-1');
  const server = createServer((request, response) => {
    if (request.url === '/.well-known/jwks') fetches++;
    if (fixed !== null) {
      response
        .writeHead(fixed.status, fixed.location === undefined ? {} : { location: fixed.location })
        .end(fixed.body);
    } else if (request.url === '/.well-known/openid-configuration') {
      response.end(JSON.stringify({ issuer: url(), jwks_uri: `${url()}/.well-known/jwks` }));
    } else if (request.url === '/.well-known/jwks') {
      response.end(JSON.stringify({ keys: [current.jwk] }));
    } else {
      response.writeHead(404).end();
    }
  });
  const listening = Promise.withResolvers<void>();
  server.listen(0, '127.0.0.1', listening.resolve);
  await listening.promise;
  const url = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  return {
    url: url(),
    fetches: () => fetches,
    publicKeys: () => [current.jwk],
    sign: (changes = {}) => sign(url(), algorithm, current, changes),
    rotate: async () => {
      current = await makeKey(algorithm, `${current.jwk.kid}-next`);
    },
    answerWith: (answer) => {
      fixed = answer;
    },
    close: async () => {
      const closed = Promise.withResolvers<void>();
      server.close(() => closed.resolve());
      server.closeAllConnections();
      await closed.promise;
    },
  };
}

interface IssuerKey {
  readonly privateKey: CryptoKey;
  readonly jwk: JWK;
}

async function makeKey(algorithm: string, keyId: string): Promise<IssuerKey> {
  const { privateKey, publicKey } = await generateKeyPair(algorithm, { extractable: true });
  return { privateKey, jwk: { ...(await exportJWK(publicKey)), kid: keyId, alg: algorithm, use: 'sig' } };
}

function sign(issuer: string, algorithm: string, current: IssuerKey, changes: TokenChanges): Promise<string> {
  const now = Math.floor(Date.now() / 1000);
  const claims: JWTPayload = {
    iss: issuer,
    aud: 'https://thatch.example',
    iat: now,
    nbf: now,
    exp: now + 300,
    repository: 'acme/web',
    repository_owner: 'acme',
    repository_id: '101',
    repository_owner_id: '11',
    ref: 'refs/heads/main',
    sha: '9f'.repeat(20),
    event_name: 'push',
    ...changes.claims,
  };
  return new SignJWT(claims)
    .setProtectedHeader({ alg: changes.algorithm ?? algorithm, kid: changes.keyId ?? current.jwk.kid })
    .sign(changes.key ?? current.privateKey);
}
