import { z } from 'zod';
import type { FolderChild, ReportFiles, FileFilter } from '../../reports/report-files.ts';
import { textParameter } from '../api/query.ts';
import { answer, NOT_THERE } from './answer.ts';
import type { MapAnswer, MapNode } from './contract/tree.ts';
import { presentCoverageOf } from './numbers.ts';
import { repositoryPage, UI_REPOSITORY, type UiOperation } from './operation.ts';
import { REPORT_QUERY, viewReport } from './report-view.ts';

/** More boxes cannot be told apart on a screen. */
const MOST_NODES = 600;
const MOST_LEVELS = 6;
/** A box is drawn when it is at least this part of the whole: about three points of a wide screen. */
const LEAST_PART = 1 / 350;

/** Where no repository says otherwise (`coverage.range`). */
const DEFAULT_RANGE = [60, 80] as const;

/** A report as boxes whose width is their tracked lines (web-ui §3.4 "map"). */
export const MAP_OPERATIONS: readonly UiOperation[] = [
  repositoryPage(
    { path: `${UI_REPOSITORY}/map`, query: z.object({ ...REPORT_QUERY, path: textParameter('The folder.') }) },
    async (call) => {
      const view = await viewReport(call);
      if (view === null) return NOT_THERE;
      const files = await view.list();
      const folder = (call.query.path ?? '').replace(/^\/+|\/+$/g, '');
      const nodes = mapOf(files, folder, files.filter((call.query.search ?? '').trim()));
      return answer<MapAnswer>({ range: DEFAULT_RANGE, nodes });
    },
  ),
];

interface Open {
  readonly index: number;
  readonly path: string;
  readonly lines: number;
  readonly level: number;
}

/** The largest folders are opened first, so that the bound cuts what is smallest. */
function mapOf(files: ReportFiles, folder: string, isWanted: FileFilter): MapNode[] {
  const whole = files.sum(files.rangeOf(folder), isWanted);
  const nodes: MapNode[] = [
    {
      kind: 'folder',
      name: folder.slice(folder.lastIndexOf('/') + 1),
      path: folder,
      parent: -1,
      ...presentCoverageOf(whole),
    },
  ];
  const open: Open[] = [{ index: 0, path: folder, lines: whole.lines, level: 0 }];
  for (let next = open.pop(); next !== undefined && nodes.length < MOST_NODES; next = open.pop()) {
    const children = files
      .children(next.path, isWanted)
      .filter(({ lines }) => lines > 0 && lines >= whole.lines * LEAST_PART)
      .toSorted((one, other) => other.lines - one.lines)
      .slice(0, MOST_NODES - nodes.length);
    for (const child of children) {
      nodes.push(presentNode(child, next.index));
      if (child.kind === 'file' || next.level + 1 >= MOST_LEVELS) continue;
      insert(open, { index: nodes.length - 1, path: child.path, lines: child.lines, level: next.level + 1 });
    }
  }
  return nodes;
}

function presentNode({ kind, name, path, ...counts }: FolderChild, parent: number): MapNode {
  return { kind, name, path, parent, ...presentCoverageOf(counts) };
}

/** Keeps the list ascending by lines: the largest is taken from its end. */
function insert(open: Open[], entry: Open): void {
  const at = open.findIndex(({ lines }) => lines > entry.lines);
  open.splice(at < 0 ? open.length : at, 0, entry);
}
