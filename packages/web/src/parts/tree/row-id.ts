/** The id of a row's element. */
export function rowId(index: number): string {
  return `tree-row-${index}`;
}
