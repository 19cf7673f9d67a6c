import { mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { makeFolder } from '../../test/repository.ts';
import { findReports, takeReports, type SearchOptions } from './find.ts';
import { REPORT_NAMES, SKIPPED_FOLDERS, isReportName } from './report-names.ts';

let folder: string;
beforeEach(() => {
  folder = makeFolder();
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function write(path: string, contents = 'x'): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), contents);
}

const search = async (options: Partial<SearchOptions> = {}) => {
  const result = await findReports({ folder, root: folder, isCommitted: () => false, ...options });
  return { ...result, names: result.reports.map((report) => report.name) };
};

describe('names of reports', () => {
  test.each([
    'lcov.info',
    'unit.lcov',
    'app.lcov.info',
    'coverage.xml',
    'coverage-unit.xml',
    'cobertura.xml',
    'cobertura-coverage.xml',
    'coverage.cobertura.xml',
    'jacoco.xml',
    'jacocoTestReport.xml',
    'clover.xml',
    'coverage.clover',
    'coverage-final.json',
    'coverage.json',
    '.resultset.json',
    'codecov.json',
    'coverage.out',
    'cover.out',
    'Coverage.XML',
    'coverage.txt',
    'main.c.gcov',
    'coverage.opencover.xml',
  ])('%s is one', (name) => expect(isReportName(name)).toBe(true));

  test.each([
    'package.json',
    'coverage.py',
    '.coverage',
    'coverage-summary.json',
    'pom.xml',
    'lcov.info.html',
    'test.out',
    'discover.out.txt',
    'coverage',
  ])('%s is none', (name) => expect(isReportName(name)).toBe(false));

  test('and folders that are skipped are in the documentation, and nothing else is', () => {
    const page = readFileSync(new URL('../../../../docs/uploading.md', import.meta.url), 'utf8');
    const rows = [...page.matchAll(/^\| `([^`]+)` +\| ([^|]+) \|$/gm)].map(([, pattern, format]) => ({
      pattern,
      format: format.trim(),
    }));
    expect(rows).toEqual(REPORT_NAMES);
    const folders = /^Folders not searched: (.*?)\.$/ms.exec(page)?.[1] ?? '';
    expect([...folders.matchAll(/`([^`]+)`/g)].map(([, name]) => name)).toEqual([...SKIPPED_FOLDERS]);
  });
});

describe('the search', () => {
  test('finds reports at any depth, in the order of their names', async () => {
    write('packages/b/coverage/lcov.info');
    write('coverage.xml', '<coverage/>');
    write('packages/a/build/reports/jacoco.xml');
    write('src/main.c');
    const { names, reports, otherFiles, folders } = await search();
    expect(names).toEqual(['coverage.xml', 'packages/a/build/reports/jacoco.xml', 'packages/b/coverage/lcov.info']);
    expect(reports[0]).toEqual({ name: 'coverage.xml', path: join(folder, 'coverage.xml'), size: 11 });
    expect(otherFiles).toEqual(['src/main.c']);
    expect(folders).toEqual([
      '.',
      'packages',
      'packages/a',
      'packages/a/build',
      'packages/a/build/reports',
      'packages/b',
      'packages/b/coverage',
      'src',
    ]);
  });

  test.each(['.git', 'node_modules', 'vendor', '.venv', 'a/b/node_modules'])(
    'does not look into %s',
    async (skipped) => {
      write(`${skipped}/pkg/lcov.info`);
      expect((await search()).names).toEqual([]);
    },
  );

  test('does not look into an environment of packages under another name', async () => {
    write('env/pyvenv.cfg');
    write('env/lib/coverage.xml');
    write('tools/conda-meta/history');
    write('tools/coverage.xml');
    expect((await search()).names).toEqual([]);
  });

  test('looks into an environment when it is the folder asked for', async () => {
    write('pyvenv.cfg');
    write('coverage.xml');
    expect((await search()).names).toEqual(['coverage.xml']);
  });

  test('follows no links, neither to folders (they may go round) nor to files', async () => {
    write('real/lcov.info');
    symlinkSync(folder, join(folder, 'real', 'round'));
    symlinkSync(join(folder, 'real', 'lcov.info'), join(folder, 'lcov.info'));
    expect((await search()).names).toEqual(['real/lcov.info']);
  });

  test('leaves empty and committed reports, and says so', async () => {
    write('empty/lcov.info', '');
    write('test/fixtures/coverage.xml');
    write('coverage.xml');
    const { names, skipped } = await search({ isCommitted: (name) => name.startsWith('test/') });
    expect(names).toEqual(['coverage.xml']);
    expect(skipped).toEqual([
      { name: 'empty/lcov.info', reason: 'empty' },
      { name: 'test/fixtures/coverage.xml', reason: 'committed' },
    ]);
  });

  test('names reports from the root of the clone when a folder inside is searched', async () => {
    write('packages/a/lcov.info');
    write('lcov.info');
    expect((await search({ folder: join(folder, 'packages') })).names).toEqual(['packages/a/lcov.info']);
  });

  test('ends at its depth and says that it did', async () => {
    const deep = Array.from({ length: 40 }, () => 'd').join('/');
    write(`${deep}/lcov.info`);
    expect(await search()).toMatchObject({ names: [], isCut: true });
  });
});

describe('files that are given', () => {
  test('are taken whatever their names, once each', async () => {
    write('out/report.bin');
    const result = await takeReports(
      ['out/report.bin', join(folder, 'out/report.bin'), './out/../out/report.bin'],
      folder,
      folder,
    );
    expect(result.reports).toEqual([{ name: 'out/report.bin', path: join(folder, 'out/report.bin'), size: 1 }]);
  });

  test('that are missing or folders are named', async () => {
    mkdirSync(join(folder, 'dir'));
    expect((await takeReports(['no.xml', 'dir'], folder, folder)).missing).toEqual(['no.xml', 'dir']);
  });

  test('outside the clone travel under their last name', async () => {
    write('elsewhere/coverage.xml');
    const root = join(folder, 'clone');
    mkdirSync(root);
    const { reports } = await takeReports(['elsewhere/coverage.xml'], folder, root);
    expect(reports.map((report) => report.name)).toEqual(['coverage.xml']);
  });
});
