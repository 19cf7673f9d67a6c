import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { LINE_LIMIT_BYTES, maskLine, maskText } from './mask.ts';

function mask(record: object): Record<string, unknown> {
  return JSON.parse(maskLine(`${JSON.stringify(record)}\n`)) as Record<string, unknown>;
}

const letters = fc.string({
  minLength: 12,
  maxLength: 40,
  unit: fc.constantFrom(...'abcdefghijkmnpqrstuvwxyz0123456789'),
});

/** Ways in which a token comes into a text: the forms of upload-protocol §2.1, addresses, headers, signed queries. */
const CARRIERS: readonly ((secret: string) => object)[] = [
  (secret) => ({ msg: `POST /upload/v4?service=x&token=${secret}&commit=1` }),
  (secret) => ({ url: `/upload/status/0198?k=${secret}` }),
  (secret) => ({ url: `https://store/put?X-Amz-Credential=c&X-Amz-Signature=${secret}` }),
  (secret) => ({ err: { message: `connect postgres://app:${secret}@db/thatch failed` } }),
  (secret) => ({ msg: `Authorization: Bearer ${secret}` }),
  (secret) => ({ msg: `authorization: token ${secret}` }),
  (secret) => ({ headers: { authorization: `token ${secret}` } }),
  (secret) => ({ req: { headers: { Cookie: `session=${secret}`, 'X-Upload-Token': secret } } }),
  (secret) => ({ deep: [{ list: [{ upload_token: secret }] }] }),
  (secret) => ({ config: { client_secret: secret, password: { nested: secret } } }),
  (secret) => ({ 'set-cookie': [`a=${secret}`] }),
  (secret) => ({ body: secret }),
  (secret) => ({ msg: `thatch_pat_${secret}` }),
  (secret) => ({ msg: `ghp_${secret} and glpat-${secret}` }),
];

describe('masking', () => {
  test('no token, cookie, authorization header, body or signed query gets through, whatever carries it', () => {
    fc.assert(
      fc.property(letters, fc.constantFrom(...CARRIERS), fc.string(), (secret, carry, noise) => {
        const line = maskLine(`${JSON.stringify({ noise, ...carry(secret) })}\n`);
        expect(line).not.toContain(secret);
        expect(line.endsWith('}\n')).toBe(true);
      }),
    );
  });

  test('upload tokens are masked anywhere, with and without dashes, and ids of uploads are not', () => {
    fc.assert(
      fc.property(fc.uuid({ version: 4 }), fc.uuid({ version: 7 }), fc.string(), (token, id, before) => {
        const text = maskText(`${before} ${token} ${token.replaceAll('-', '')} ${id}`);
        expect(text).not.toContain(token);
        expect(text).not.toContain(token.replaceAll('-', ''));
        expect(text).toContain(id);
      }),
    );
  });

  test('what is no secret stays as it was', () => {
    const record = {
      level: 'info',
      msg: 'stored 3 files of gh/acme/web',
      upload_id: '01981c2e-7f00-7abc-8def-0123456789ab',
      commit: '9f'.repeat(20),
      route: '/upload/:service/:slug/commits/:sha/reports',
      token_kind: 'global',
      token: null,
      tokens: 12,
      duration_ms: 1.5,
    };
    expect(mask(record)).toEqual(record);
  });

  test('the user of an address stays readable, its password does not', () => {
    expect(maskText('postgresql://app:hunter22@db:5432/x')).toBe('postgresql://app:***@db:5432/x');
  });

  test('a line is at most 16 KiB and stays one JSON object, whatever is logged', () => {
    fc.assert(
      fc.property(
        fc.dictionary(
          fc.string(),
          fc.oneof(fc.string({ maxLength: 30_000 }), fc.array(fc.string(), { maxLength: 3000 }), fc.jsonValue()),
          {
            maxKeys: 30,
          },
        ),
        (record) => {
          const line = maskLine(
            `${JSON.stringify({ time: 't', level: 'info', ...record, msg: 'm'.repeat(50_000) })}\n`,
          );
          expect(Buffer.byteLength(line)).toBeLessThanOrEqual(LINE_LIMIT_BYTES);
          expect(JSON.parse(line)).toMatchObject({ level: expect.anything(), truncated: true });
        },
      ),
      { numRuns: 30 },
    );
  });

  test('what is too deep is cut', () => {
    let deep: object = { token: 'secret-token-value' };
    for (let level = 0; level < 100; level++) deep = { deep };
    expect(JSON.stringify(mask(deep)).length).toBeLessThan(200);
  });
});
