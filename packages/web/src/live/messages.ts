/*
 * What tabs and the one connection of a browser say to each other. Both sides are of one build: the worker's file has its hash in its name.
 */

/** From a tab. */
export type TabMessage =
  /** What the tab's pages listen to; everything after event `after` is wanted, null = from now on. */
  | {
      readonly kind: 'listen';
      readonly address: string;
      readonly topics: readonly string[];
      readonly after: number | null;
    }
  /** Still there: a closed tab cannot be told from a silent one otherwise. */
  | { readonly kind: 'alive' }
  /** Connect anew and at once: somebody signed in or out, or the network came back. */
  | { readonly kind: 'restart' }
  | { readonly kind: 'leave' };

/** To a tab. */
export type HubMessage =
  | { readonly kind: 'state'; readonly state: LiveState }
  | { readonly kind: 'event'; readonly event: LiveEvent }
  /** The tab was taken for closed: it is to say again what it listens to. */
  | { readonly kind: 'forgotten' };

/** How events come; `since` = when they stopped coming, in ms since 1970. */
export type LiveState =
  /** Nothing is listened to. */
  | { readonly kind: 'idle' }
  | { readonly kind: 'live' }
  | { readonly kind: 'connecting'; readonly since: number }
  /** Given up for now, tried again in the background: pages ask every few seconds (web-ui §4.6). */
  | { readonly kind: 'polling'; readonly since: number };

/** One event of the stream (web-ui §4.6); the server adds to `data` which of the topics asked for it belongs to. */
export interface LiveEvent {
  readonly type: string;
  readonly id: number | null;
  readonly data: Readonly<Record<string, unknown>>;
}
