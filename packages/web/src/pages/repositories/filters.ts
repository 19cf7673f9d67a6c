import { useNavigate, useSearch } from '@tanstack/react-router';
import {
  REPOSITORY_DISPLAYS,
  REPOSITORY_ORDERINGS,
  type RepositoryDisplay,
  type RepositoryOrdering,
} from '@thatch/server/http/ui/contract/repositories.ts';
import { oneOf } from '../../addresses/search.ts';

/** What the address says of the list (web-ui §1.4). */
export interface RepositoryFilters {
  readonly search: string;
  readonly ordering: RepositoryOrdering;
  readonly direction: 'DESC' | 'ASC';
  readonly repoDisplay: RepositoryDisplay;
  readonly stale: boolean;
}

const DEFAULTS: RepositoryFilters = {
  search: '',
  ordering: 'COMMIT_DATE',
  direction: 'DESC',
  repoDisplay: 'All',
  stale: false,
};

/** Reads the parameters of an address; what is none of these values is the default. */
export function readFilters(search: Readonly<Record<string, unknown>>): RepositoryFilters {
  return {
    search: typeof search['search'] === 'string' ? search['search'] : '',
    ordering: oneOf(search['ordering'], REPOSITORY_ORDERINGS),
    direction: oneOf(search['direction'], ['DESC', 'ASC']),
    repoDisplay: oneOf(search['repoDisplay'], REPOSITORY_DISPLAYS),
    stale: search['stale'] === '1',
  };
}

/** Writes them into the parameters: defaults are left out, parameters of others stay. */
export function writeFilters(
  search: Readonly<Record<string, unknown>>,
  filters: RepositoryFilters,
): Record<string, unknown> {
  const written: Record<string, unknown> = { ...search };
  for (const name of Object.keys(DEFAULTS) as (keyof RepositoryFilters)[]) {
    const value = filters[name];
    if (value === DEFAULTS[name]) delete written[name];
    else written[name] = value === true ? '1' : value;
  }
  return written;
}

/** The filters of the page, and how to change some of them. A change is a step of the history, but not every letter of a search. */
export function useFilters() {
  const search = useSearch({ strict: false }) as Readonly<Record<string, unknown>>;
  const navigate = useNavigate();
  const change = (some: Partial<RepositoryFilters>, isTyping = false): void =>
    void navigate({
      to: '.',
      search: ((before: Record<string, unknown>) =>
        writeFilters(before, { ...readFilters(before), ...some })) as unknown as true,
      replace: isTyping,
      resetScroll: false,
    });
  return { filters: readFilters(search), change } as const;
}

/** The next order when a head is pressed: each begins where it is most telling, and turns when it is pressed again. */
export function nextOrder(
  { ordering, direction }: Pick<RepositoryFilters, 'ordering' | 'direction'>,
  pressed: RepositoryOrdering,
): Pick<RepositoryFilters, 'ordering' | 'direction'> {
  if (pressed !== ordering) return { ordering: pressed, direction: pressed === 'NAME' ? 'ASC' : 'DESC' };
  return { ordering, direction: direction === 'ASC' ? 'DESC' : 'ASC' };
}
