/** Which rows of a list. */
export interface Slice {
  readonly limit: number;
  readonly offset: number;
}

/** A column to sort by. */
export interface SortOrder<Column extends string> {
  readonly column: Column;
  readonly direction: 'asc' | 'desc';
}
