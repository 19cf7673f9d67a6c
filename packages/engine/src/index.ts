export { UnpackError, type Codec, type Hasher, type Packing } from './codec.ts';
export { DamagedData } from './bytes/reader.ts';
export { sourceOf, type ByteSource } from './bytes/source.ts';
export { carriedKind, type CarriedKind } from './containers/upload-kind.ts';
export { frameHeader, frameLength, framesStart, type FrameHeader } from './containers/frames.ts';
export { FORMATS, formatNamed } from './formats/index.ts';
export type { Format } from './formats/format.ts';
export { mergeFile } from './merge/merge-file.ts';
export { COMMIT_RULES, FLAG_RULES, mergeParts, type MergePart, type MergedReport } from './merge/merge-parts.ts';
export {
  LineTable,
  BRANCH,
  METHOD,
  STATEMENT,
  type Complexity,
  type LineType,
  type PartialRange,
} from './model/line-table.ts';
export type { Problem, ProblemCode } from './model/problem.ts';
export {
  addTotals,
  coverageText,
  emptyTotals,
  ratio,
  roundText,
  totalsOf,
  type Rounding,
  type Totals,
} from './model/totals.ts';
export { ABSENT, classOf, writeValue, type LineClass, type ValueCode, type WrittenValue } from './model/value.ts';
export { cleanNetwork } from './paths/network-list.ts';
export { PathFilter } from './paths/path-filter.ts';
export { readReportFile, type ReadFile, type ReadFileOptions } from './parse/read-file.ts';
export { parseUpload, type ParsedUpload, type UploadLimits, type UploadOptions } from './parse/parse-upload.ts';
export { peekUpload, type PeekedFile, type PeekedUpload } from './parse/peek-upload.ts';
export type { UploadHost } from './parse/unpack-raw.ts';
export {
  nearestPaths,
  suggestFix,
  tryFixes,
  type FixSuggestion,
  type FixTrial,
  type UnmatchedPath,
} from './paths/suggest-fix.ts';
export { coberturaText } from './report/cobertura.ts';
export { lcovText } from './report/lcov.ts';
export { compatLines, compatReport, compatTotals, missingBranchTexts, type CompatReport } from './report/compat.ts';
export { DEFAULT_SETTINGS, type ParserSettings, type PathSettings, type Settings } from './settings.ts';
export type { DroppedSource, DropReason, FileEntry } from './storage/directory.ts';
export { StoredReport, inMemory, type RandomAccess } from './storage/stored-report.ts';
