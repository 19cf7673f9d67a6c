import type { Service, Slug } from '../names.ts';
import { decodeSlug, parsePlainSlug, parseRepositoryOption, parseService } from '../names.ts';
import type { TokenPresentation } from './token-forms.ts';

/** The addresses that take uploads: letters of upload-protocol §1.3, the legacy ones, and our own (§8). */
export type UploadEndpoint =
  | 'A'
  | 'B'
  | 'C'
  | 'D'
  | 'E'
  | 'F'
  | 'G'
  | 'H'
  | 'I'
  | 'J'
  | 'K'
  | 'legacy'
  | 'own'
  | 'meta';

/** Where and how a request names its repository; texts as received, percent-decoded. */
export type UploadTarget =
  /** A–H: `/upload/SERVICE/SLUG/…`. */
  | { readonly kind: 'path'; readonly service: string; readonly slug: string }
  /** I, J: `slug` with `service` (I) or `git_service` (J) of the body. */
  | { readonly kind: 'body'; readonly service: string | null; readonly slug: string }
  /** K: `/api/v1/SERVICE/owner/repo/…`. */
  | { readonly kind: 'plain'; readonly service: string; readonly owner: string; readonly name: string }
  /** v2, v4: query `slug`, and `service`, which is the name of a CI. */
  | { readonly kind: 'legacy'; readonly service: string | null; readonly slug: string | null }
  /** §8: query `repo`. */
  | { readonly kind: 'own'; readonly repository: string | null };

/** One request that asks to be let in. */
export interface UploadRequest {
  readonly endpoint: UploadEndpoint;
  readonly method: 'GET' | 'POST' | 'PUT';
  readonly target: UploadTarget;
  readonly presented: TokenPresentation;
  /** The commit the request is about, from path, body or query; null when it names none. */
  readonly sha: string | null;
  /** Branch of body or query. */
  readonly branch: string | null;
  /** The client's address, for the limit on uploads without a token. */
  readonly address: string;
  /** Where people find the pages, without a final slash: named in the refusal of a deactivated repository. */
  readonly dashboardUrl: string;
}

/** What a request names, decoded. */
export interface NamedTarget {
  /** null: none was named, or an unknown one, see `unknownService`. */
  readonly service: Service | null;
  readonly unknownService: string | null;
  readonly slug: Slug | null;
  /** Whether something that should be a slug was there. */
  readonly hasSlugText: boolean;
}

/** Decodes the names of a target; nothing is looked up. */
export function nameTarget(target: UploadTarget): NamedTarget {
  switch (target.kind) {
    case 'path':
      return named(target.service, decodeSlug(target.slug), target.slug);
    case 'body':
      return named(target.service, decodeSlug(target.slug), target.slug);
    case 'plain':
      return named(target.service, decodeSlug(`${target.owner}::::${target.name}`), target.name);
    case 'legacy': {
      // A CI that belongs to no provider (travis, jenkins) says nothing about where the repository lies. Nor does `local`, which
      // codecov-cli sends where it finds no CI at all; elsewhere that word is an alias of `git`.
      const service = target.service === 'local' ? null : parseService(target.service ?? '');
      const text = target.slug ?? '';
      return { service, unknownService: null, slug: parsePlainSlug(text), hasSlugText: text !== '' };
    }
    case 'own': {
      const text = target.repository ?? '';
      const parsed = parseRepositoryOption(text);
      return { service: parsed?.service ?? null, unknownService: null, slug: parsed, hasSlugText: text !== '' };
    }
  }
}

function named(serviceText: string | null, slug: Slug | null, slugText: string): NamedTarget {
  const service = serviceText === null ? null : parseService(serviceText);
  const isUnknown = serviceText !== null && serviceText !== '' && service === null;
  return { service, unknownService: isUnknown ? serviceText : null, slug, hasSlugText: slugText !== '' };
}
