import type { Codec } from '../codec.ts';
import { scanJsonTop } from '../json/top.ts';
import { isFramed } from './frames.ts';

/** What an upload may carry. */
export type CarriedKind = 'coverage' | 'test_results' | 'bundle_analysis';

/**
 * Tells from its first bytes (unpacked) what an upload carries where nobody said: the containers of upload-protocol §4.3 and §4.4 and
 * bare JUnit XML are known by their first words; whatever else it is, is coverage, whose readers say what is wrong with it.
 *
 * @param isWhole whether `head` is all there is
 */
export function carriedKind(head: Uint8Array, isWhole: boolean, codec: Codec): CarriedKind {
  if (isFramed(head)) return 'coverage';
  const top = scanJsonTop(head, isWhole, codec);
  if (top !== null) return top.type === 'object' ? kindOfKeys(new Set(top.entries.map(({ key }) => key))) : 'coverage';
  return JUNIT.test(codec.text(head, 0, Math.min(head.length, XML_HEAD))) ? 'test_results' : 'coverage';
}

const XML_HEAD = 4096;
/** The root of JUnit XML, behind the declaration, comments and white space. */
const JUNIT = /^\uFEFF?(?:\s|<\?[^>]*\?>|<!--.*?-->)*<testsuites?[\s>/]/s;

function kindOfKeys(keys: ReadonlySet<string>): CarriedKind {
  if (keys.has('coverage_files')) return 'coverage';
  if (keys.has('test_results_files')) return 'test_results';
  const isBundle = keys.has('version') && (keys.has('bundleName') || keys.has('assets') || keys.has('chunks'));
  return isBundle ? 'bundle_analysis' : 'coverage';
}
