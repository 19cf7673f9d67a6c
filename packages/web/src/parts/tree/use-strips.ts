import { useEffect, useRef, useState } from 'react';
import type { StripsAnswer } from '@thatch/server/http/ui/contract/tree.ts';
import { read, repositoryPath } from '../../api/client.ts';
import { choiceKey, choiceQuery, type ReportChoice } from './report-choice.ts';

/** As many as the server gives at once. */
const MOST_AT_ONCE = 100;
/** Rows that only fly past are not asked for. */
const SETTLE_MS = 80;

type Strips = ReadonlyMap<number, string | null>;

const NONE: Strips = new Map();

/** Strips of the files that are seen, by their index; they come when scrolling rests. */
export function useStrips(choice: ReportChoice, seen: readonly number[]): Strips {
  // A text filter leaves the files as they are.
  const report = JSON.stringify(choiceKey({ ...choice, search: '' }));
  const [known, setKnown] = useState({ report, strips: NONE });
  const asked = useRef({ report, files: new Set<number>() });
  const strips = known.report === report ? known.strips : NONE;
  const missing = seen.filter((index) => !strips.has(index)).slice(0, MOST_AT_ONCE);
  const key = missing.join();
  useEffect(() => {
    if (key === '') return;
    const timer = setTimeout(() => {
      if (asked.current.report !== report) asked.current = { report, files: new Set() };
      const { files } = asked.current;
      const wanted = key
        .split(',')
        .map(Number)
        .filter((index) => !files.has(index));
      if (wanted.length === 0) return;
      for (const index of wanted) files.add(index);
      const add = (answer: readonly (string | null)[]): void =>
        setKnown((before) => {
          const next = new Map(before.report === report ? before.strips : NONE);
          wanted.forEach((index, at) => next.set(index, answer[at] ?? null));
          return { report, strips: next };
        });
      const query = { ...choiceQuery({ ...choice, search: '' }), files: wanted.join() };
      read<StripsAnswer>(`${repositoryPath(choice)}/strips`, query).then(
        (answer) => add(answer.strips),
        // Asked for again when the row is seen anew: a picture that is missing takes nothing down.
        () => wanted.forEach((index) => files.delete(index)),
      );
    }, SETTLE_MS);
    return () => clearTimeout(timer);
    // `report` and `key` say all of `choice` and `seen` that matters.
    // oxlint-disable-next-line react-hooks/exhaustive-deps
  }, [report, key]);
  return strips;
}
