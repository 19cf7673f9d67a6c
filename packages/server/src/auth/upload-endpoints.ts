import type { Refused, RefusalShape } from './refusal.ts';
import { DETAILS } from './refusal.ts';
import type { UploadEndpoint } from './upload-request.ts';

/** How the decision of upload-protocol §2.2 differs from address to address. */
export interface EndpointRules {
  /** Rule 1: a public repository whose owner requires no token takes anything. */
  readonly takesOpen: boolean;
  /** Rule 6: a public repository takes fork branches without a token. */
  readonly takesTokenless: boolean;
  /** A repository's token decides alone; a slug that says otherwise is only noted. */
  readonly tokenDecides: boolean;
  /** Uploads to a repository that was switched off are refused. */
  readonly needsActive: boolean;
  /** Shape of refusals 401, 403, 429. */
  readonly shape: RefusalShape;
  /** First sentence when nothing let the request in. */
  readonly closedDetail: string;
  /** How an accepted token learns that the repository is unknown. */
  readonly unknown: Pick<Refused, 'status' | 'shape' | 'detail'>;
  /** How a global token learns it; rule 2. */
  readonly unknownToGlobal: Pick<Refused, 'status' | 'shape' | 'detail'>;
}

const PATH: EndpointRules = {
  takesOpen: true,
  takesTokenless: true,
  tokenDecides: false,
  needsActive: true,
  shape: 'object',
  closedDetail: DETAILS.tokenless,
  unknown: { status: 400, shape: 'list', detail: DETAILS.unknownRepository },
  unknownToGlobal: { status: 401, shape: 'object', detail: DETAILS.globalUnknown },
};
const RESULTS: EndpointRules = { ...PATH, needsActive: false };
const COMPLETION: EndpointRules = {
  ...PATH,
  needsActive: false,
  takesTokenless: false,
  closedDetail: DETAILS.failedToken,
};
const BODY: EndpointRules = {
  ...PATH,
  tokenDecides: true,
  needsActive: false,
  unknown: { status: 404, shape: 'object', detail: DETAILS.notFound },
};
const BASE_OF_PULL: EndpointRules = {
  ...BODY,
  takesOpen: false,
  takesTokenless: false,
  tokenDecides: false,
  closedDetail: DETAILS.failedToken,
};
const LEGACY: EndpointRules = {
  ...PATH,
  tokenDecides: true,
  shape: 'text',
  unknown: { status: 404, shape: 'text', detail: DETAILS.globalUnknown },
  unknownToGlobal: { status: 404, shape: 'text', detail: DETAILS.globalUnknown },
};
const OWN: EndpointRules = {
  ...PATH,
  unknown: { status: 404, shape: 'object', detail: DETAILS.notFound },
  unknownToGlobal: { status: 404, shape: 'object', detail: DETAILS.notFound },
};

/** Table of upload-protocol §2.2, second half, with the improvements marked there. */
export const ENDPOINT_RULES: Readonly<Record<UploadEndpoint, EndpointRules>> = {
  A: PATH,
  B: PATH,
  C: PATH,
  D: PATH,
  E: COMPLETION,
  // Better than there: the completion of a fork's upload is let in where the upload was.
  F: { ...COMPLETION, takesTokenless: true },
  G: RESULTS,
  H: COMPLETION,
  I: BODY,
  J: BODY,
  K: BASE_OF_PULL,
  legacy: LEGACY,
  own: OWN,
  // Metadata moves branches and bases: never without a token (§8.3).
  meta: { ...OWN, takesOpen: false, takesTokenless: false },
};
