/** What kind of triangle three sides make. */
export function triangleKind(first: number, second: number, third: number): string {
  const [shortest, middle, longest] = [first, second, third].toSorted((left, right) => left - right);
  if (shortest + middle <= longest) {
    return 'none';
  }
  if (shortest === longest) {
    return 'equilateral';
  }
  if (shortest === middle || middle === longest) {
    return 'isosceles';
  }
  return 'scalene';
}
