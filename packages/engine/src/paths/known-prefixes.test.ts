import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { DEFAULT_SETTINGS } from '../settings.ts';
import { PathResolver } from './resolver.ts';

const cases = JSON.parse(readFileSync(join(import.meta.dirname, '../../test/corpus/_cases/paths.json'), 'utf8')) as {
  no_network: [string, string][];
};

describe('paths without a list of files', () => {
  const resolver = new PathResolver({ network: null, settings: DEFAULT_SETTINGS });
  test.each(cases.no_network)('%s becomes "%s"', (written, expected) => {
    const result = resolver.resolve({ path: written, candidates: [written] }, { fileName: '', roots: [] });
    expect(result.kind === 'kept' ? result.path : '').toBe(expected);
  });

  test.each([
    ['/home/ubuntu/app/lib/a.rb', 'lib/a.rb'],
    ['/home/circleci/repo/lib/a.rb', 'lib/a.rb'],
    ['/srv/jenkins/jobs/nightly/workspace/lib/a.rb', 'lib/a.rb'],
    ['D:/Build/workspace/job/Numbers/Prime.cs', 'Build/workspace/job/Numbers/Prime.cs'],
    ['/builds/worker/workspace/build/tests/a.js', 'builds/worker/workspace/build/tests/a.js'],
    ['libs/env/src/env.ts', 'libs/env/src/env.ts'],
    ['env/lib/a.py', ''],
    ['/opt/python/dist-packages/a.py', ''],
    ['Pods/ReactiveCocoa/DerivedSources/a.swift', ''],
    ['gems/slather/spec/fixtures/a.m', ''],
    ['fixtures/slather/a.m', 'fixtures/slather/a.m'],
  ])('%s becomes "%s" as well', (written, expected) => {
    const result = resolver.resolve({ path: written, candidates: [written] }, { fileName: '', roots: [] });
    expect(result.kind === 'kept' ? result.path : '').toBe(expected);
  });
});
