import { keepPreviousData, queryOptions, useQuery } from '@tanstack/react-query';
import type { JumpAnswer } from '@thatch/server/http/ui/contract/jump.ts';
import { useEffect, useState } from 'react';
import { read } from '../api/client.ts';
import type { Place } from './choices.ts';

/** A letter that follows within this belongs to the same word. */
const TYPING_MS = 120;

/** What the server finds for a text; while it is asked, what it found before stays, so that nothing jumps. */
export function useFound(text: string, { svc, owner, repo }: Place): JumpAnswer | null {
  const asked = useSettled(text.trim());
  const repository = repo === undefined ? undefined : `${svc}/${owner}/${repo}`;
  const { data } = useQuery({
    ...queryOptions({
      queryKey: ['jump', repository ?? null, asked],
      queryFn: ({ signal }) => read<JumpAnswer>('/jump', { search: asked, repository }, signal),
    }),
    enabled: asked !== '',
    placeholderData: keepPreviousData,
  });
  return text.trim() === '' ? null : (data ?? null);
}

function useSettled(text: string): string {
  const [settled, setSettled] = useState(text);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(text), TYPING_MS);
    return () => clearTimeout(timer);
  }, [text]);
  return settled;
}
