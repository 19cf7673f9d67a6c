import { serviceOf } from './addresses/services.ts';
import { readPreferences } from './preferences.ts';

/** An organisation as addresses name it. */
export interface OrganisationName {
  readonly svc: string;
  readonly owner: string;
}

const LAST = 'thatch-last-organisation';

/** Where `/` leads, best first: the organisation that the person chose, the last visited; none when neither is known (web-ui §1.2). */
export function homeOrganisations(): readonly OrganisationName[] {
  return [readPreferences().organisation, readLast()].map(parse).filter((name) => name !== null);
}

/** Remembers where somebody is. */
export function noteVisit({ svc, owner }: OrganisationName): void {
  try {
    localStorage.setItem(LAST, `${svc}/${owner}`);
  } catch {
    // A browser that keeps nothing begins at the first organisation.
  }
}

function readLast(): string {
  try {
    return localStorage.getItem(LAST) ?? '';
  } catch {
    return '';
  }
}

function parse(text: unknown): OrganisationName | null {
  if (typeof text !== 'string') return null;
  const slash = text.indexOf('/');
  const svc = slash < 0 ? null : serviceOf(text.slice(0, slash));
  return svc === null || slash === text.length - 1 ? null : { svc, owner: text.slice(slash + 1) };
}
