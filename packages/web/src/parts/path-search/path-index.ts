import uFuzzy from '@leeoniya/ufuzzy';

/** A path that was found, with what matched in it: pairs of start and end (exclusive), ascending. */
export interface PathHit {
  readonly path: string;
  readonly misses: number;
  readonly matches: readonly (readonly [start: number, end: number])[];
}

/** Best first. Within one, short names go before long ones, then short paths, then many missed lines. */
const RANKS = [
  'name-is',
  'initials-are',
  'name-begins',
  'name-initials-begin',
  'name-has',
  'initials-begin',
  'path-has',
  'initials-have',
] as const;
type Rank = (typeof RANKS)[number];

/** So many paths are kept in one index; row numbers fit the sort key. */
export const MOST_PATHS = 50_000;

/**
 * Paths to be searched at every key (web-ui §4.2): by file name first, then by path, then by initials of words (`cv` finds
 * `CodeViewer.tsx`, `sfl` finds `src/formats/lcov.ts`), at last by letters in this order with others between.
 */
export class PathIndex {
  private readonly paths: readonly string[];
  private readonly misses: readonly number[];
  private readonly lowered: readonly string[];
  private readonly names: readonly number[];
  private readonly initials: readonly Initials[];
  private readonly byTerms = new uFuzzy();
  private readonly byLetters = new uFuzzy({ intraIns: Infinity });
  /** What the last text left: a longer one can only be found there. */
  private last: { readonly needle: string; readonly indexes: readonly number[] } = { needle: '', indexes: [] };

  constructor(paths: readonly string[], misses: readonly number[]) {
    this.paths = paths;
    this.misses = misses;
    this.lowered = paths.map((path) => path.toLowerCase());
    this.names = paths.map((path) => path.lastIndexOf('/') + 1);
    this.initials = paths.map((path, index) => initialsOf(path, this.names[index]));
  }

  /** The best `most` paths; all of them in their order for an empty text. */
  search(text: string, most: number): PathHit[] {
    const needle = text.trim().toLowerCase();
    if (needle === '') return Array.from(this.paths.slice(0, most), (_, index) => this.hit(index, []));
    const found = new Map<Rank, number[]>(RANKS.map((rank) => [rank, []]));
    const ranked: number[] = [];
    const look = (index: number): void => {
      const rank = this.rankOf(index, needle);
      if (rank === null) return;
      found.get(rank)!.push(index);
      ranked.push(index);
    };
    if (this.last.needle.length > 1 && needle.startsWith(this.last.needle)) this.last.indexes.forEach(look);
    else for (let index = 0; index < this.paths.length; index++) look(index);
    this.last = { needle, indexes: ranked };
    const hits: PathHit[] = [];
    for (const [rank, indexes] of found) {
      if (hits.length >= most) return hits;
      for (const index of this.best(indexes, most - hits.length))
        hits.push(this.hit(index, this.match(index, needle, rank)));
    }
    const known = new Set([...found.values()].flat());
    this.addFuzzy(this.byTerms, needle, most, known, hits);
    this.addFuzzy(this.byLetters, needle, most, known, hits);
    return hits;
  }

  private rankOf(index: number, needle: string): Rank | null {
    const path = this.lowered[index];
    const name = this.names[index];
    const { letters, nameAt } = this.initials[index];
    const inName = path.indexOf(needle, name);
    if (inName === name) {
      const end = name + needle.length;
      return end === path.length || path.charCodeAt(end) === DOT ? 'name-is' : 'name-begins';
    }
    if (needle.length > 1) {
      const start = letters.indexOf(needle);
      if (start >= 0) {
        if (letters.length === needle.length || (start === nameAt && letters.length - nameAt === needle.length))
          return 'initials-are';
        if (letters.startsWith(needle, nameAt)) return 'name-initials-begin';
        if (inName < 0) return start === 0 ? 'initials-begin' : path.includes(needle) ? 'path-has' : 'initials-have';
      }
    }
    if (inName >= 0) return 'name-has';
    return path.includes(needle) ? 'path-has' : null;
  }

  // One number holds all that is compared, so that forty thousand of them are sorted within a key press.
  private best(indexes: readonly number[], most: number): number[] {
    const keys = new Float64Array(indexes.length);
    indexes.forEach((index, at) => {
      const { length } = this.paths[index];
      const nameLength = Math.min(length - this.names[index], 255);
      const missed = 0xffff - Math.min(this.misses[index], 0xffff);
      keys[at] = ((nameLength * 1024 + Math.min(length, 1023)) * 0x10000 + missed) * INDEX_LIMIT + index;
    });
    return [...keys.sort().subarray(0, most)].map((key) => key % INDEX_LIMIT);
  }

  private match(index: number, needle: string, rank: Rank): PathHit['matches'] {
    if (!rank.startsWith('initials') && !rank.startsWith('name-initials')) {
      const from = rank.startsWith('name') ? this.names[index] : 0;
      const start = this.lowered[index].indexOf(needle, from);
      return [[start, start + needle.length]];
    }
    const { letters, places, nameAt } = this.initials[index];
    const first = letters.startsWith(needle, nameAt) ? nameAt : letters.indexOf(needle);
    return places.slice(first, first + needle.length).map((place) => [place, place + 1] as const);
  }

  private addFuzzy(fuzzy: uFuzzy, needle: string, most: number, known: Set<number>, hits: PathHit[]): void {
    if (hits.length >= most) return;
    const haystack = this.lowered as string[];
    const found = fuzzy.filter(haystack, needle)?.filter((index) => !known.has(index)) ?? [];
    for (const index of found) known.add(index);
    const chosen = this.best(found, most - hits.length).toSorted((one, other) => one - other);
    if (chosen.length === 0) return;
    const info = fuzzy.info(chosen, haystack, needle);
    for (const at of fuzzy.sort(info, haystack, needle)) hits.push(this.hit(info.idx[at], pairs(info.ranges[at])));
  }

  private hit(index: number, matches: PathHit['matches']): PathHit {
    return { path: this.paths[index], misses: this.misses[index], matches };
  }
}

const DOT = 46;
const INDEX_LIMIT = 2 ** 17;

interface Initials {
  /** First letters of the words of a path, without the extension, lower case. */
  readonly letters: string;
  /** Where each stands in the path. */
  readonly places: readonly number[];
  /** Index of the first that is in the file name. */
  readonly nameAt: number;
}

function initialsOf(path: string, name: number): Initials {
  const dot = path.indexOf('.', name + 1);
  const end = dot < 0 ? path.length : dot;
  const places: number[] = [];
  // A folder is one word: more of its initials would make every path match.
  for (let start = 0; start < name; start = path.indexOf('/', start) + 1) if (path[start] !== '/') places.push(start);
  const nameAt = places.length;
  for (let at = name; at < end; at++) if (beginsWord(path, at, name)) places.push(at);
  let letters = '';
  for (const place of places) letters += path[place];
  return { letters: letters.toLowerCase(), places, nameAt };
}

/** Words begin after a separator, at a capital after a small letter, at the last of several capitals before a small one, and at digits. */
function beginsWord(path: string, at: number, start: number): boolean {
  const kind = kindOf(path.charCodeAt(at));
  if (kind === 'separator') return false;
  const before = at === start ? 'separator' : kindOf(path.charCodeAt(at - 1));
  if (before === 'separator') return true;
  if (kind === 'capital') return before !== 'capital' || kindOf(path.charCodeAt(at + 1)) === 'small';
  return kind !== before && !(kind === 'small' && before === 'capital');
}

function kindOf(code: number): 'small' | 'capital' | 'digit' | 'other' | 'separator' {
  if (code >= 97 && code <= 122) return 'small';
  if (code >= 65 && code <= 90) return 'capital';
  if (code >= 48 && code <= 57) return 'digit';
  return code > 127 ? 'other' : 'separator';
}

function pairs(flat: readonly number[]): PathHit['matches'] {
  const result: (readonly [number, number])[] = [];
  for (let at = 0; at < flat.length; at += 2) result.push([flat[at], flat[at + 1]]);
  return result;
}
