/** A straight line through measurements: how much y goes up for each x, and the standard error of that. */
export type Slope = { readonly perX: number; readonly error: number };

/** @param points at least three, not all of one x */
export function slopeOf(points: readonly (readonly [x: number, y: number])[]): Slope {
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [meanX, meanY] = [mean(points.map(([x]) => x)), mean(points.map(([, y]) => y))];
  const sum = (term: (dx: number, dy: number) => number) =>
    points.reduce((total, [x, y]) => total + term(x - meanX, y - meanY), 0);
  const spread = sum((dx) => dx * dx);
  const perX = sum((dx, dy) => dx * dy) / spread;
  const squares = sum((dx, dy) => (dy - perX * dx) ** 2);
  return { perX, error: Math.sqrt(squares / (points.length - 2) / spread) };
}
