/** A moment as the compatible system writes it: UTC, six decimals, `Z`. */
export function wireTime(date: Date): string {
  return `${date.toISOString().slice(0, -1)}000Z`;
}
