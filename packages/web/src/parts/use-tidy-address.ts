import { useNavigate, useSearch } from '@tanstack/react-router';
import { useEffect } from 'react';
import { readSearch, writeSearch } from '../addresses/search.ts';

/**
 * Takes off the address what it says for nothing: values that are none, and defaults; what is unknown stays (web-ui §1.4).
 *
 * @param tidy makes parameters as the page writes them of those that are there
 */
export function useTidyAddress(tidy: (raw: Readonly<Record<string, unknown>>) => Record<string, unknown>): void {
  const raw = useSearch({ strict: false }) as Readonly<Record<string, unknown>>;
  const navigate = useNavigate();
  const tidied = writeSearch(tidy(raw));
  const isTidy = tidied === writeSearch(raw);
  useEffect(() => {
    if (isTidy) return;
    const search = readSearch(tidied) as unknown as true;
    void navigate({ to: '.', search, hash: true, replace: true, resetScroll: false });
  }, [isTidy, navigate, tidied]);
}
