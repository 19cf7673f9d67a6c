import { LineTable } from '@thatch/engine';
import { z } from 'zod';
import { stripOf } from '../../presenters/strip.ts';
import { answer, NOT_THERE } from './answer.ts';
import type { StripsAnswer } from './contract/tree.ts';
import { repositoryPage, UI_REPOSITORY, type UiOperation } from './operation.ts';
import { REPORT_QUERY, viewReport } from './report-view.ts';

const MOST_FILES = 100;
/** All files of one request together; what is beyond has no strip. */
const MOST_LINES = 2_000_000;

/** Where in files the gaps lie (visual-design §6 "strip"). */
export const STRIP_OPERATIONS: readonly UiOperation[] = [
  repositoryPage(
    {
      path: `${UI_REPOSITORY}/strips`,
      query: z.object({
        ...REPORT_QUERY,
        files: z
          .string()
          .regex(/^\d{1,9}(,\d{1,9})*$/, 'Numbers, with commas between.')
          .transform((text) => text.split(',').map(Number))
          .refine((files) => files.length <= MOST_FILES, `At most ${MOST_FILES} files.`),
      }),
    },
    async (call) => {
      const view = await viewReport(call);
      if (view === null) return NOT_THERE;
      const { paths } = await view.list();
      const held = await view.hold();
      try {
        const table = new LineTable();
        let left = MOST_LINES;
        const strips = call.query.files.map((index) => {
          const entry = index < paths.length ? held.report.directory.find(paths[index]) : null;
          if (entry === null || entry.totals.lines > left) return null;
          left -= entry.totals.lines;
          held.report.read(entry, table);
          const strip = stripOf(table);
          table.clear();
          return strip;
        });
        return answer<StripsAnswer>({ strips });
      } finally {
        held.release();
      }
    },
  ),
];
