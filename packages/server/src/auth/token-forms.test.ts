import { describe, expect, test } from 'vitest';
import { readBearer, readTokenPresentation } from './token-forms.ts';

const basic = (text: string) => `Basic ${Buffer.from(text).toString('base64')}`;

describe('upload requests', () => {
  test.each([
    ['token', { authorization: 'token T' }, [{ form: 'token', token: 'T' }]],
    ['the scheme word in any case', { authorization: 'TOKEN  T' }, [{ form: 'token', token: 'T' }]],
    ['Bearer', { authorization: 'Bearer T' }, [{ form: 'bearer', token: 'T' }]],
    ['Basic, token as user', { authorization: basic('T:') }, [{ form: 'basic', token: 'T' }]],
    ['Basic, token as password', { authorization: basic(':T') }, [{ form: 'basic', token: 'T' }]],
    ['X-Upload-Token', { uploadTokenHeader: ' T ' }, [{ form: 'header', token: 'T' }]],
    ['the query', { queryToken: 'T' }, [{ form: 'query', token: 'T' }]],
    ['an unknown scheme', { authorization: 'Whatever T' }, [{ form: 'other', token: 'T' }]],
    ['a bare value', { authorization: 'T' }, [{ form: 'other', token: 'T' }]],
  ])('%s is read', (_name, carriers, tokens) => {
    expect(readTokenPresentation(carriers)).toEqual({ kind: 'presented', tokens });
  });

  test('user and password of Basic are both tried', () => {
    expect(readTokenPresentation({ authorization: basic('user:T') })).toEqual({
      kind: 'presented',
      tokens: [
        { form: 'basic', token: 'user' },
        { form: 'basic', token: 'T' },
      ],
    });
  });

  test('an explicit token is tried before Basic of a .netrc', () => {
    const read = readTokenPresentation({ authorization: basic('u:p'), uploadTokenHeader: 'T' });
    expect(read.kind === 'presented' && read.tokens.map(({ form }) => form)).toEqual(['header', 'basic', 'basic']);
  });

  test('the query wins over the header of the legacy addresses', () => {
    const read = readTokenPresentation({ queryToken: 'A', uploadTokenHeader: 'B' });
    expect(read.kind === 'presented' && read.tokens.map(({ token }) => token)).toEqual(['A', 'B']);
  });

  test('an empty token is refused with the words clients know', () => {
    const detail = 'Invalid token header. No credentials provided.';
    expect(readTokenPresentation({ authorization: 'token ' })).toEqual({
      kind: 'malformed',
      detail,
    });
    expect(readTokenPresentation({ authorization: 'Bearer' })).toEqual({
      kind: 'malformed',
      detail,
    });
  });

  test('a token with spaces is refused with the words clients know', () => {
    const detail = 'Invalid token header. Token string should not contain spaces.';
    expect(readTokenPresentation({ authorization: 'token a b' })).toEqual({
      kind: 'malformed',
      detail,
    });
  });

  test('an empty Authorization token does not hide a token in another place', () => {
    expect(readTokenPresentation({ authorization: 'token ', uploadTokenHeader: 'T' }).kind).toBe('presented');
  });

  test.each([
    {},
    { uploadTokenHeader: '' },
    { queryToken: '' },
    { authorization: '' },
    { authorization: 'Basic' },
    { authorization: basic(':') },
  ])('%j carries no token', (carriers) => {
    expect(readTokenPresentation(carriers)).toEqual({ kind: 'none' });
  });

  test('a value longer than any token is not looked at', () => {
    expect(readTokenPresentation({ authorization: `token ${'x'.repeat(20_000)}` })).toEqual({
      kind: 'none',
    });
  });
});

describe('the REST API', () => {
  test('only Bearer is a token', () => {
    expect(readBearer('bearer T')).toEqual({
      kind: 'presented',
      tokens: [{ form: 'bearer', token: 'T' }],
    });
    expect(readBearer('token T')).toEqual({ kind: 'none' });
    expect(readBearer('token ')).toEqual({ kind: 'none' });
    expect(readBearer(basic('T:'))).toEqual({ kind: 'none' });
    expect(readBearer(undefined)).toEqual({ kind: 'none' });
  });

  test('Bearer alone or with spaces is malformed', () => {
    expect(readBearer('Bearer').kind).toBe('malformed');
    expect(readBearer('Bearer a b').kind).toBe('malformed');
  });
});
