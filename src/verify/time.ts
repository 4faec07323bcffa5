const TIME = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)\.(\d{6})Z$/;

let second = "";
let secondUs = Number.NaN;

/**
 * A line's time, RFC 3339 with six digits, as UTC microseconds since 1970; undefined where it is none, or not between
 * the years 1685 and 2255, in which microseconds are whole numbers.
 */
export function readTime(text: string): number | undefined {
  const parts = TIME.exec(text);
  if (parts === null) return undefined;
  const [, whole = "", fraction] = parts;
  // Lines come many to the second. The key is a copy: a slice would keep the input it was cut from.
  if (whole !== second) {
    second = Buffer.from(whole).toString();
    secondUs = Date.parse(`${whole}Z`) * 1000;
  }
  const utcUs = secondUs + Number(fraction);
  return Number.isSafeInteger(utcUs) ? utcUs : undefined;
}

/** The reverse. */
export function writeTime(utcUs: number): string {
  const wholeMs = Math.floor(utcUs / 1000);
  return `${new Date(wholeMs).toISOString().slice(0, -1)}${String(utcUs - wholeMs * 1000).padStart(3, "0")}Z`;
}
