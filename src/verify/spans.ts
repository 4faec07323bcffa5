/** A stretch of time, UTC microseconds; it may have no length. */
export type Span = { readonly fromUs: number; readonly toUs: number };

/** The same time in as few spans as possible, in order. */
export function union(spans: readonly Span[]): Span[] {
  const joined: Span[] = [];
  for (const span of spans.toSorted((one, other) => one.fromUs - other.fromUs)) {
    const last = joined.at(-1);
    if (last === undefined || span.fromUs > last.toUs) joined.push(span);
    else joined[joined.length - 1] = { fromUs: last.fromUs, toUs: Math.max(last.toUs, span.toUs) };
  }
  return joined;
}

/** What is left of a span without the others; nothing of one that has no length. */
export function without(span: Span, others: readonly Span[]): Span[] {
  const left: Span[] = [];
  let { fromUs } = span;
  for (const other of union(others)) {
    if (other.toUs < fromUs || other.fromUs > span.toUs) continue;
    if (other.fromUs > fromUs) left.push({ fromUs, toUs: other.fromUs });
    fromUs = Math.max(fromUs, other.toUs);
  }
  if (fromUs < span.toUs) left.push({ fromUs, toUs: span.toUs });
  return left;
}
