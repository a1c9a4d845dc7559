// Round numbers for an axis.
export function niceMax(most: number): number {
  if (most <= 0) return 1;
  const power = 10 ** Math.floor(Math.log10(most));
  return [1, 2, 5, 10].map((step) => step * power).find((candidate) => candidate >= most) ?? most;
}
