/**
 * Writes UTC microseconds since 1970 as RFC 3339 with six digits: `2026-11-22T10:31:26.844466Z`. The part down
 * to the second is kept, since lines come many to the second.
 */
export function timeWriter(): (utcUs: number) => string {
  let second = Number.NaN;
  let prefix = "";
  return (utcUs) => {
    const wholeSecond = Math.floor(utcUs / 1e6);
    if (wholeSecond !== second) {
      second = wholeSecond;
      prefix = new Date(wholeSecond * 1000).toISOString().slice(0, 20);
    }
    return `${prefix}${String(utcUs - wholeSecond * 1e6).padStart(6, "0")}Z`;
  };
}
