import { randomFor } from './random.ts';
import { HEADERS, TEMPLATES, type Language } from './templates.ts';

/** What a coverage tool makes of a line: nothing, always run, run only where something is amiss, a branch of which the second way is that. */
export type LineKind = 'plain' | 'main' | 'amiss' | 'branch';

export interface Line {
  readonly text: string;
  readonly kind: LineKind;
}

/** A function of the project, with the commits at which it and its tests come; counted from 0, `Infinity` = never. */
export interface Block {
  readonly name: string;
  readonly lines: readonly Line[];
  readonly bornAt: number;
  /** Unit tests run it. */
  readonly testedAt: number;
  /** Unit tests run what happens when something is amiss, too. */
  readonly wholeAt: number;
  /** Tests of the whole run it. */
  readonly endToEndAt: number;
}

/** A file, its head first; the head is there as long as the file is. */
export interface SourceFile {
  readonly path: string;
  readonly language: Language;
  readonly blocks: readonly [Block, ...Block[]];
}

/** A folder of files that are tested alike. */
interface Room {
  readonly folder: string;
  readonly language: Language;
  /** Things that its files are about. */
  readonly things: readonly string[];
  readonly acts: readonly string[];
  /** 0 … 1: how well its functions are tested. */
  readonly care: number;
  /** The first commit that has it. */
  readonly bornAt?: number;
  /** Whether tests of the whole reach it. */
  readonly isReached?: boolean;
}

const ACTS = ['load', 'weigh', 'seal', 'sort', 'check', 'audit', 'count', 'claim'];

const ROOMS: readonly Room[] = [
  room('packages/engine/src/stock', ['bin', 'silo', 'crate', 'sack', 'pallet'], 0.97),
  room('packages/engine/src/pricing', ['tariff', 'discount', 'invoice', 'quote'], 0.95),
  room('packages/engine/src/routes', ['route', 'stop', 'waybill', 'cart'], 0.9),
  room('packages/engine/src/harvest', ['field', 'harvest', 'yield'], 0.85),
  { ...room('packages/server/src/http', ['request', 'session', 'upload', 'export'], 0.86), isReached: true },
  { ...room('packages/server/src/jobs', ['batch', 'retry', 'ledger', 'queue'], 0.78), isReached: true },
  { ...room('packages/server/src/store', ['entry', 'snapshot', 'index', 'lease'], 0.82), isReached: true },
  { ...room('packages/server/src/mail', ['letter', 'digest', 'receipt'], 0.6), bornAt: 22 },
  { ...room('packages/web/src/pages', ['board', 'planner', 'calendar', 'report'], 0.55), isReached: true },
  { ...room('packages/web/src/parts', ['table', 'chart', 'picker', 'badge'], 0.68), isReached: true },
  // Added in one go and tested late: the dip of the trend.
  { ...room('packages/web/src/planner', ['shift', 'roster', 'slot', 'crew'], 0.42), bornAt: 48 },
  { ...room('packages/cli/src/commands', ['catalog', 'manifest', 'archive'], 0.7), isReached: true },
  room('packages/migration/src', ['legacy', 'mapping'], 0.15),
  {
    folder: 'tools/forecast',
    language: 'python',
    things: ['season', 'sample', 'curve', 'demand'],
    acts: ACTS.slice(0, 5),
    care: 0.88,
  },
  {
    folder: 'tools/importers',
    language: 'python',
    things: ['sheet', 'feed', 'record'],
    acts: ACTS.slice(2, 7),
    care: 0.74,
  },
  {
    folder: 'agent/internal/scale',
    language: 'go',
    things: ['scale', 'reading', 'probe'],
    acts: ACTS.slice(0, 5),
    care: 0.9,
  },
  {
    folder: 'agent/internal/gate',
    language: 'go',
    things: ['gate', 'badge', 'camera'],
    acts: ACTS.slice(1, 6),
    care: 0.66,
    bornAt: 30,
  },
];

function room(folder: string, things: readonly string[], care: number): Room {
  return { folder, language: 'typescript', things, acts: ACTS, care };
}

/** Every file that the project ever has, in the order of its rooms. */
export function makeProject(commits: number): readonly SourceFile[] {
  return ROOMS.flatMap((room) =>
    room.things.flatMap((thing) => room.acts.map((act) => makeFile(room, thing, act, commits))),
  ).filter((file) => file !== null);
}

const EXTENSIONS: Readonly<Record<Language, string>> = { typescript: 'ts', python: 'py', go: 'go' };

function makeFile(room: Room, thing: string, act: string, commits: number): SourceFile | null {
  const separator = room.language === 'typescript' ? '-' : '_';
  const path = `${room.folder}/${thing}/${act}${separator}${thing}.${EXTENSIONS[room.language]}`;
  const random = randomFor(path);
  // Not everything is done with everything.
  if (random.next() < 0.28) return null;
  const roomBorn = room.bornAt ?? 0;
  const bornAt = random.next() < 0.62 ? roomBorn : random.between(roomBorn, commits - 6);
  const templates = TEMPLATES[room.language];
  const first = random.between(0, templates.length - 1);
  const count = Math.min(templates.length, random.between(2, 6));
  const blocks = Array.from({ length: count }, (_, index) => {
    const text = templates[(first + index) % templates.length];
    return makeBlock(room, text, { thing, act, bornAt: index < 2 ? bornAt : random.between(bornAt, commits - 2) });
  });
  const head: Block = {
    name: 'head',
    lines: linesOf(fill(HEADERS[room.language], thing, act)),
    bornAt,
    testedAt: Math.min(...blocks.map(({ testedAt }) => testedAt)),
    wholeAt: Infinity,
    endToEndAt: Math.min(...blocks.map(({ endToEndAt }) => endToEndAt)),
  };
  return { path, language: room.language, blocks: [head, ...blocks.toSorted((a, b) => a.bornAt - b.bornAt)] };
}

interface Birth {
  readonly thing: string;
  readonly act: string;
  readonly bornAt: number;
}

function makeBlock(room: Room, template: string, { thing, act, bornAt }: Birth): Block {
  const lines = linesOf(fill(template, thing, act));
  const random = randomFor(`${room.folder} ${lines[0].text} ${lines[1].text}`);
  const isTested = random.next() < room.care;
  // Some tests come with the code, some weeks later.
  const testedAt = isTested ? bornAt + (random.next() < 0.75 ? 0 : random.between(2, 30)) : Infinity;
  const isWhole = random.next() < room.care * room.care;
  const reached = room.isReached === true && random.next() < 0.45;
  return {
    name: lines.find(({ kind }) => kind !== 'plain')!.text.trim(),
    lines,
    bornAt,
    testedAt,
    wholeAt: isWhole ? testedAt + (random.next() < 0.6 ? 0 : random.between(4, 40)) : Infinity,
    endToEndAt: reached ? bornAt + random.between(0, 8) : Infinity,
  };
}

function fill(template: string, thing: string, act: string): string {
  const things = plural(thing);
  const words: Readonly<Record<string, string>> = {
    thing,
    things,
    act,
    Thing: upper(thing),
    Things: upper(things),
    Act: upper(act),
    code: thing,
  };
  const filled = template.replace(/\{(\w+)\}/g, (whole, name: string) => words[name] ?? whole);
  return filled.replace(/\b([Aa]) (?=[aeiou])/g, '$1n ');
}

function plural(thing: string): string {
  if (thing.endsWith('y')) return `${thing.slice(0, -1)}ies`;
  return /(?:ch|x)$/.test(thing) ? `${thing}es` : `${thing}s`;
}

function upper(word: string): string {
  return word[0].toUpperCase() + word.slice(1);
}

const KINDS: Readonly<Record<string, LineKind>> = { '=': 'main', '!': 'amiss', '?': 'branch' };

function linesOf(text: string): Line[] {
  return text.split('\n').map((line) => ({ text: line.slice(1), kind: KINDS[line[0] ?? ' '] ?? 'plain' }));
}
