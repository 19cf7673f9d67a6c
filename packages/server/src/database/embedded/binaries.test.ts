import { existsSync } from 'node:fs';
import { expect, test } from 'vitest';
import { cannotExecute, findBinaries } from './binaries.ts';

test('the Postgres of this platform is whole', () => {
  const found = findBinaries();
  expect(found.kind).toBe('ok');
  if (found.kind === 'ok') expect(Object.values(found.value).every((path: string) => existsSync(path))).toBe(true);
});

test.each(['win32-x64', 'linux-arm', 'freebsd-x64'])(
  '%s is refused in one sentence with another way and status 78',
  (platform) => {
    expect(findBinaries(platform)).toMatchObject({
      kind: 'refused',
      refusal: {
        sentence: expect.stringContaining(platform),
        fix: expect.stringContaining('services.database_url'),
        exitStatus: 78,
      },
    });
  },
);

test('a platform whose package is not installed is told apart from one that has none', () => {
  const other = process.platform === 'darwin' ? 'linux-arm64' : 'darwin-arm64';
  expect(findBinaries(other)).toMatchObject({ kind: 'refused', refusal: { fix: expect.stringContaining('npm ci') } });
});

test('a program that the system cannot execute points to glibc', () => {
  expect(cannotExecute('/x/postgres', 'ENOENT').refusal).toMatchObject({
    sentence: expect.stringContaining('glibc'),
    exitStatus: 78,
  });
});
