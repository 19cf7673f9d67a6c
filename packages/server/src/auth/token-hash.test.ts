import { describe, expect, test } from 'vitest';
import { deriveTokenSecrets, hashToken, looksLikeJwt, openSealedToken, parseUuid, sealToken } from './token-hash.ts';

const secrets = deriveTokenSecrets({ tokenHashKey: 'a'.repeat(43), encryptionSecret: 'b'.repeat(43) });
const others = deriveTokenSecrets({ tokenHashKey: 'c'.repeat(43), encryptionSecret: 'd'.repeat(43) });
const uuid = '6f1c2a3b-4d5e-4f60-8a7b-9c0d1e2f3a4b';

describe('hashes', () => {
  test.each([
    uuid.toUpperCase(),
    uuid.replaceAll('-', ''),
    `{${uuid}}`,
    `urn:uuid:${uuid}`,
    '6f1c2a3b4d5e-4f608a7b9c0d1e2f3a4b',
  ])('%s is the same 128 bits as the usual spelling', (spelling) => {
    expect(hashToken(secrets, spelling)).toEqual(hashToken(secrets, uuid));
  });

  test('other texts are compared exactly', () => {
    expect(hashToken(secrets, 'Global')).not.toEqual(hashToken(secrets, 'global'));
  });

  test('a text that spells the digits of a UUID otherwise is not that UUID', () => {
    expect(hashToken(secrets, `text\u0000${uuid}`)).not.toEqual(hashToken(secrets, uuid));
  });

  test('another installation has other hashes', () => {
    expect(hashToken(others, uuid)).not.toEqual(hashToken(secrets, uuid));
  });

  test('the hash does not hold the token', () => {
    expect(hashToken(secrets, uuid).toString('hex')).not.toContain('6f1c2a3b');
    expect(hashToken(secrets, uuid)).toHaveLength(32);
  });

  test.each(['', uuid.slice(1), `${uuid}0`, 'zf1c2a3b-4d5e-4f60-8a7b-9c0d1e2f3a4b', `{${uuid}`])(
    '%j is no UUID',
    (text) => {
      expect(parseUuid(text)).toBeNull();
    },
  );

  test('a short secret is refused', () => {
    expect(() => deriveTokenSecrets({ tokenHashKey: 'short', encryptionSecret: 'b'.repeat(43) })).toThrow(RangeError);
  });
});

describe('sealed copies', () => {
  const hash = hashToken(secrets, uuid);

  test('are opened by the installation that sealed them', () => {
    expect(openSealedToken(secrets, sealToken(secrets, uuid), hash)).toBe(uuid);
  });

  test('differ each time', () => {
    expect(sealToken(secrets, uuid)).not.toEqual(sealToken(secrets, uuid));
  });

  test('are not opened by another installation, for another row, or when damaged', () => {
    const sealed = sealToken(secrets, uuid);
    const damaged = Uint8Array.from(sealed);
    damaged[damaged.length - 1] ^= 1;
    expect(openSealedToken(others, sealed, hash)).toBeNull();
    expect(openSealedToken(secrets, sealed, hashToken(secrets, 'another'))).toBeNull();
    expect(openSealedToken(secrets, damaged, hash)).toBeNull();
    expect(openSealedToken(secrets, sealed.subarray(0, 20), hash)).toBeNull();
  });
});

test('a JWT is told by its three parts', () => {
  expect(looksLikeJwt('eyJh.eyJp.c2ln')).toBe(true);
  expect(looksLikeJwt('eyJh.eyJp.')).toBe(true);
  expect(looksLikeJwt(uuid)).toBe(false);
  expect(looksLikeJwt('a.b.c.d')).toBe(false);
});
