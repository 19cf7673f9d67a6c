import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { App } from '../../app.ts';
import type { Slice } from '../../database/queries/pages.ts';
import { apiAddress } from '../upload/address.ts';
import { failure, invalidFields, type ApiAnswer, type ApiFailure } from './answer.ts';
import type { Call } from './context.ts';

/** Parameters of every list with page numbers (public-api §1.4). What is no number falls back or is 404, so both are texts. */
export const PAGE_QUERY = {
  page: z.string().optional().meta({ description: 'From 1, or `last`.' }),
  page_size: z.string().optional().meta({ description: 'Default 20, at most 500.' }),
};

const DEFAULT_SIZE = 20;
const LARGEST_SIZE = 500;

/** Where the items of a list come from. */
export interface PageSource<Item> {
  readonly count: () => Promise<number>;
  readonly items: (slice: Slice) => Promise<readonly Item[]>;
}

type PageQuery = { readonly page?: string; readonly page_size?: string };

/**
 * One page of a list in its envelope. A size beyond 500 is cut and said in `Thatch-Page-Size`; a page that is none is 404.
 */
export async function answerPage<Item>(call: Call<PageQuery>, source: PageSource<Item>): Promise<ApiAnswer> {
  const size = readSize(call.query.page_size);
  const count = await source.count();
  const pages = Math.max(1, Math.ceil(count / size.used));
  const page = readPage(call.query.page, pages);
  if (page === null) return INVALID_PAGE;
  const results = await source.items({ limit: size.used, offset: (page - 1) * size.used });
  const value = {
    count,
    next: page < pages ? pageAddress(call.app, call.request, page + 1) : null,
    previous: page > 1 ? pageAddress(call.app, call.request, page - 1) : null,
    results,
    total_pages: pages,
  };
  return { kind: 'json', value, headers: size.isCut ? { 'thatch-page-size': String(size.used) } : {} };
}

const INVALID_PAGE = failure(404, 'page_invalid', 'Invalid page.');

function readSize(text: string | undefined): { readonly used: number; readonly isCut: boolean } {
  const size = positive(text) ?? DEFAULT_SIZE;
  return { used: Math.min(size, LARGEST_SIZE), isCut: size > LARGEST_SIZE };
}

function readPage(text: string | undefined, pages: number): number | null {
  if (text === undefined) return 1;
  if (text === 'last') return pages;
  const page = positive(text);
  return page === null || page > pages ? null : page;
}

function positive(text: string | undefined): number | null {
  return text !== undefined && /^[0-9]{1,12}$/.test(text) && Number(text) > 0 ? Number(text) : null;
}

/** The same address with another page; all other parameters stay as they were sent. */
function pageAddress(app: App, request: FastifyRequest, page: number): string {
  const api = apiAddress(app, request);
  const asked = new URL(request.url, 'http://localhost');
  asked.searchParams.set('page', String(page));
  return `${api}${asked.pathname}${asked.search}`;
}

/** Parameters of our own lists (public-api §4.1). */
export const CURSOR_QUERY = {
  cursor: z.string().max(100).optional().meta({ description: '`next_cursor` of the answer before.' }),
  limit: z.string().max(20).optional().meta({ description: 'Default 50, at most 200.' }),
};

const DEFAULT_LIMIT = 50;
const LARGEST_LIMIT = 200;

/** Where a list of our own goes on. */
export interface CursorSlice {
  /** Number of the last item that was seen; 0 at the start. */
  readonly after: number;
  readonly limit: number;
}

/** Reads cursor and limit; a cursor is the number of the last item. */
export function readCursor(query: {
  readonly cursor?: string;
  readonly limit?: string;
}): ({ readonly kind: 'slice' } & CursorSlice) | ApiFailure {
  const limit = Math.min(positive(query.limit) ?? DEFAULT_LIMIT, LARGEST_LIMIT);
  if (query.cursor === undefined) return { kind: 'slice', after: 0, limit };
  const after = positive(Buffer.from(query.cursor, 'base64url').toString('latin1'));
  return after === null ? invalidFields({ cursor: ['Invalid cursor.'] }) : { kind: 'slice', after, limit };
}

/** The cursor behind an item. */
export function writeCursor(after: number): string {
  return Buffer.from(String(after), 'latin1').toString('base64url');
}
