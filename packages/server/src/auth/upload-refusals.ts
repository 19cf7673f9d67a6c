import type { Refused } from './refusal.ts';
import { DETAILS } from './refusal.ts';
import type { TokenFinding, WrongToken } from './token-finding.ts';
import { ENDPOINT_RULES } from './upload-endpoints.ts';
import type { UploadRequest } from './upload-request.ts';

/**
 * The refusal of a request that nothing let in (upload-protocol §1.5, §2.2 rules 6 and 7).
 *
 * @param hintOfRules what the rule for requests without a token had to say; the token's own fault is said first.
 */
export function explainClosed({ endpoint }: UploadRequest, finding: TokenFinding, hintOfRules: string): Refused {
  const { shape, closedDetail } = ENDPOINT_RULES[endpoint];
  const common = { kind: 'refused', status: 401, shape, retryAfterSeconds: null } as const;
  if (finding.kind === 'malformed') {
    return {
      ...common,
      code: 'token_malformed',
      detail: finding.detail,
      hint: "The Authorization header holds no token, or one with a blank in it: most often the CI's secret is empty or not passed on.",
    };
  }
  if (finding.kind === 'wrong') {
    const detail = finding.code === 'token_expired' ? DETAILS.expired : closedDetail;
    return { ...common, code: finding.code, detail, hint: joined(finding.hint, hintOfRules) };
  }
  return {
    ...common,
    code: 'token_missing',
    detail: closedDetail,
    hint: joined('No token came with the request.', hintOfRules),
  };
}

/**
 * What the legacy addresses refuse before any rule is looked at (upload-protocol §1.4, §2.3): a wrong token is never passed over
 * there, and without a token a service must be named. null = the rules decide.
 */
export function refuseLegacy(request: UploadRequest, finding: TokenFinding): Refused | null {
  // Basic credentials that are no token were put there by an HTTP library, not by the sender: as if nothing came.
  const isNothing = finding.kind === 'none' || (finding.kind === 'wrong' && finding.code === 'token_from_netrc');
  if (finding.kind === 'wrong' && !isNothing) return refuseLegacyToken(request, finding);
  if (!isNothing || request.target.kind !== 'legacy') return null;
  const { service, slug } = request.target;
  if (service === null || service === '') {
    return legacy(400, 'request_invalid', DETAILS.invalidLegacy, 'Neither a token nor a service was sent.');
  }
  if (slug === null || slug === '') {
    return legacy(400, 'repository_required', DETAILS.undetermined, 'Send a token, or "slug=owner/repository".');
  }
  return null;
}

function refuseLegacyToken(request: UploadRequest, finding: WrongToken): Refused {
  if (finding.code === 'token_expired' || finding.code === 'token_revoked') return explainClosed(request, finding, '');
  if (finding.looksLike === 'jwt') return legacy(400, finding.code, DETAILS.undetermined, finding.hint);
  if (finding.looksLike === 'text') return legacy(400, finding.code, DETAILS.invalidLegacy, finding.hint);
  const detail = `Could not find a repository associated with upload token ${finding.beginning}...`;
  return legacy(404, finding.code, detail, finding.hint);
}

function legacy(status: Refused['status'], code: Refused['code'], detail: string, hint: string): Refused {
  return { kind: 'refused', status, shape: 'text', code, detail, hint, retryAfterSeconds: null };
}

function joined(...sentences: readonly string[]): string {
  return sentences.filter((sentence) => sentence !== '').join(' ');
}
