import { randomUUID } from 'node:crypto';
import type { TestRepository } from '../../packages/cli/test/repository.ts';
import { makeRepository } from '../../packages/cli/test/repository.ts';

/** A small project with a report, in a git repository, as a CI job has it after its tests. */
export interface Project extends TestRepository {
  /** The commit that the job builds. */
  readonly sha: string;
  readonly parent: string;
}

/** Lines of `REPORT`: one file each for hits, misses and a partial line. */
export const REPORT_TOTALS = { files: 2, lines: 6, hits: 3, misses: 2, partials: 1 } as const;

/** What `c8` would write for the project. */
export const REPORT = [
  'TN:',
  'SF:src/add.ts',
  'DA:1,4',
  'DA:2,4',
  'DA:3,0',
  'end_of_record',
  'TN:',
  'SF:src/choose.ts',
  'DA:1,2',
  'DA:2,1',
  'BRDA:2,0,0,1',
  'BRDA:2,0,1,0',
  'DA:3,0',
  'end_of_record',
  '',
].join('\n');

/** Makes one, with two commits on `main`. */
export function makeProject(): Project {
  const repository = makeRepository();
  // The commits of two projects must differ.
  repository.write('README.md', `# web ${randomUUID()}\n`);
  repository.write('src/add.ts', 'export function add(a: number, b: number): number {\n  return a + b;\n}\n');
  const parent = repository.commit('Add');
  repository.write(
    'src/choose.ts',
    'export const choose = (yes: boolean): string =>\n  yes ? "yes" : "no";\nexport {};\n',
  );
  const sha = repository.commit('Choose');
  repository.write('coverage/lcov.info', REPORT);
  return { ...repository, sha, parent };
}
