import type { PageEvent } from '../api/live.ts';

/** What was heard of reports that come in, as far as the line of web-ui §3.1 tells it. */
export type Heard =
  | { readonly kind: 'nothing' }
  | { readonly kind: 'received' | 'parsed' | 'merged'; readonly repository: string; readonly commit: string | null }
  | { readonly kind: 'refused' | 'unreadable'; readonly code: string; readonly message: string; readonly hint: string };

export const NOTHING_HEARD: Heard = { kind: 'nothing' };

/**
 * What is to be told after an event: the first report that comes through, step by step. A refusal is told until something better comes, and
 * a report that is merged is the end of the story until another is.
 */
export function hear(heard: Heard, { type, data }: PageEvent): Heard {
  switch (type) {
    case 'upload.received':
      return data['kind'] === 'coverage' && heard.kind !== 'merged' ? step('received', heard, data) : heard;
    case 'upload.parsed':
      return heard.kind === 'merged' ? heard : step('parsed', heard, data);
    case 'commit.merged':
      return step('merged', heard, data);
    case 'upload.error':
      return heard.kind === 'merged' ? heard : trouble('unreadable', data);
    case 'upload.refused':
      return heard.kind === 'merged' ? heard : trouble('refused', data);
    default:
      return heard;
  }
}

function step(kind: 'received' | 'parsed' | 'merged', heard: Heard, data: PageEvent['data']): Heard {
  const repository = text(data['repo']);
  if (repository === '') return heard;
  return { kind, repository, commit: text(data['commit']) || null };
}

function trouble(kind: 'refused' | 'unreadable', data: PageEvent['data']): Heard {
  return { kind, code: text(data['code']), message: text(data['message']), hint: text(data['hint']) };
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
