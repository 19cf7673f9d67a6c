const REPEATED = /^\/{2,}(?=(?:upload|api|storage|labels|staticanalysis)(?:[/?]|$))/;

/**
 * The path of a request with one slash in front where clients sent several: codecov-cli joins its address by plain concatenation, so
 * `-u https://host/` asks for `//upload/…` (upload-protocol §1.1).
 */
export function withoutRepeatedSlashes(url: string): string {
  return url.replace(REPEATED, '/');
}
