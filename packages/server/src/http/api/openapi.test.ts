import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect, test } from 'vitest';
import { openApiDocument, VERSION_2, WHOLE } from './openapi.ts';
import { OPERATIONS } from './routes.ts';

const COMMITTED = fileURLToPath(new URL('../../../../../docs/openapi.json', import.meta.url));

interface Document {
  readonly paths: Readonly<Record<string, { readonly get: { readonly operationId: string } }>>;
  readonly components: { readonly schemas: Readonly<Record<string, object>> };
}

const whole = openApiDocument(OPERATIONS, WHOLE) as unknown as Document;
const version2 = openApiDocument(OPERATIONS, VERSION_2) as unknown as Document;

test('50: the committed document is that of the program (node scripts/write-openapi.ts writes it anew)', () => {
  expect(JSON.parse(readFileSync(COMMITTED, 'utf8'))).toEqual(whole);
});

test('50: every reference leads somewhere and every shape is a schema', () => {
  for (const document of [whole, version2]) {
    const ajv = new Ajv2020({ strict: false, validateFormats: false });
    ajv.addSchema(document, 'document');
    for (const name of Object.keys(document.components.schemas)) {
      expect(ajv.getSchema(`document#/components/schemas/${name}`), name).toBeDefined();
    }
    for (const [, name] of JSON.stringify(document).matchAll(/"#\/components\/schemas\/(\w+)"/g)) {
      expect(document.components.schemas).toHaveProperty(name);
    }
  }
});

test('50: operations have names of their own, and v2 is described without ours', () => {
  const ids = Object.values(whole.paths).map(({ get }) => get.operationId);
  expect(new Set(ids).size).toBe(OPERATIONS.length);
  expect(ids).toContain('reposList');
  expect(ids).toContain('fileReportRetrieve');
  expect(Object.keys(version2.paths).every((path) => path.startsWith('/api/v2/'))).toBe(true);
  expect(version2.components.schemas).not.toHaveProperty('Verdict');
});

const EXAMPLES: Readonly<Record<string, unknown>> = {
  RepoPage: { count: 1, next: null, previous: null, results: [], total_pages: 1 },
  Repo: {
    name: 'lumen',
    private: true,
    updatestamp: '2026-05-02T08:11:45.201331Z',
    author: { service: 'github', username: 'acme', name: 'Acme Tools' },
    language: 'typescript',
    branch: 'main',
    active: true,
    activated: true,
    totals: {
      files: 212,
      lines: 10480,
      hits: 9012,
      misses: 1204,
      partials: 264,
      coverage: 85.99,
      branches: 1890,
      methods: 0,
      sessions: 6,
      complexity: 0.0,
      complexity_total: 0.0,
      complexity_ratio: 0,
      diff: 0,
    },
  },
  CommitDetail: {
    commitid: '7c1f0e9ab35d4e0fb0f7b6f0a1c2d3e4f5a6b7c8',
    message: 'Parse empty hunks',
    timestamp: '2026-05-02T07:58:00Z',
    ci_passed: true,
    author: { service: 'github', username: 'mira', name: 'Mira Holt' },
    branch: 'main',
    totals: {
      files: 2,
      lines: 9,
      hits: 6,
      misses: 2,
      partials: 1,
      coverage: 66.66,
      branches: 1,
      methods: 0,
      sessions: 2,
      complexity: 0.0,
      complexity_total: 0.0,
      complexity_ratio: 0,
      diff: 0,
    },
    state: 'complete',
    parent: '1b2c3d4e5f60718293a4b5c6d7e8f90112233445',
    report: {
      totals: {
        files: 2,
        lines: 9,
        hits: 6,
        misses: 2,
        partials: 1,
        coverage: 66.66,
        branches: 1,
        methods: 0,
        messages: 0,
        sessions: 2,
        complexity: 0.0,
        complexity_total: 0.0,
        complexity_ratio: 0,
        diff: 0,
      },
      files: [
        {
          name: 'src/hunk.ts',
          totals: {
            files: 0,
            lines: 4,
            hits: 2,
            misses: 1,
            partials: 1,
            coverage: 50.0,
            branches: 1,
            methods: 0,
            messages: 0,
            sessions: 0,
            complexity: 0.0,
            complexity_total: 0.0,
            complexity_ratio: 0,
            diff: 0,
          },
          line_coverage: [
            [3, 0],
            [4, 0],
            [7, 2],
            [9, 1],
          ],
        },
      ],
    },
  },
  UploadPage: {
    count: 1,
    next: null,
    previous: null,
    results: [
      {
        created_at: '2026-05-02 08:01:09.554120+00:00',
        updated_at: '2026-05-02 08:01:31.002871+00:00',
        storage_path: 'v4/raw/2026-05-02/3F0A/7c1f0e9a/0d7b.txt',
        flags: ['unit'],
        provider: 'github-actions',
        build_code: '91827364',
        name: 'node-22',
        job_code: null,
        build_url: 'https://ci.example.test/91827364',
        state: 'merged',
        state_id: 6,
        state_name: 'MERGED',
        env: null,
        upload_type: 'uploaded',
        upload_extras: {},
        totals: { files: 2, lines: 9, hits: 6, misses: 2, partials: 1, coverage: 66.66, branches: 1, methods: 0 },
      },
    ],
    total_pages: 1,
  },
  Report: {
    totals: {
      files: 1,
      lines: 4,
      hits: 2,
      misses: 1,
      partials: 1,
      coverage: 50.0,
      branches: 1,
      methods: 0,
      messages: 0,
      sessions: 1,
      complexity: 0.0,
      complexity_total: 0.0,
      complexity_ratio: 0,
      diff: 0,
    },
    files: [
      {
        name: 'src/hunk.ts',
        totals: {
          files: 0,
          lines: 4,
          hits: 2,
          misses: 1,
          partials: 1,
          coverage: 50.0,
          branches: 1,
          methods: 0,
          messages: 0,
          sessions: 0,
          complexity: 0.0,
          complexity_total: 0.0,
          complexity_ratio: 0,
          diff: 0,
        },
        line_coverage: [
          [3, 0],
          [4, 0],
          [7, 2],
          [9, 1],
        ],
      },
    ],
    commit_file_url:
      'https://cov.example.test/github/acme/lumen/commit/7c1f0e9ab35d4e0fb0f7b6f0a1c2d3e4f5a6b7c8/blob/src/hunk.ts',
  },
  ReportTree: [
    {
      name: 'src/core',
      full_path: 'src/core',
      coverage: 62.5,
      lines: 8,
      hits: 5,
      partials: 0,
      misses: 3,
      children: [
        { name: 'merge.ts', full_path: 'src/core/merge.ts', coverage: 62.5, lines: 8, hits: 5, partials: 0, misses: 3 },
      ],
    },
    { name: 'cli.ts', full_path: 'cli.ts', coverage: 100.0, lines: 1, hits: 1, partials: 0, misses: 0 },
  ],
};

const ajv = new Ajv2020({ strict: false, validateFormats: false });
ajv.addSchema(whole, 'document');

test.each(Object.keys(EXAMPLES))(
  '50: the example of the specification is a %s, and with another key it is none',
  (name) => {
    const validate = ajv.getSchema(`document#/components/schemas/${name}`)!;
    const example = EXAMPLES[name];
    expect(validate(example), JSON.stringify(validate.errors)).toBe(true);
    const changed = Array.isArray(example) ? [{ ...example[0], surprise: 1 }] : { ...(example as object), surprise: 1 };
    expect(validate(changed)).toBe(false);
  },
);
