/** Text of the log, as a terminal shows it: whatever is not of ASCII, or invisible, is escaped. */
export function printable(text: string): string {
  return text.replace(/[^\x20-\x7e]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

/** `1 line`, `4,711 lines` */
export function count(number: number, noun: string): string {
  return `${number.toLocaleString("en-US")} ${noun}${number === 1 ? "" : "s"}`;
}

/** The first few of a list, and behind them how many more there are. */
export function atMost(most: number, items: readonly string[], indent = ""): string[] {
  if (items.length <= most) return [...items];
  return [...items.slice(0, most), `${indent}and ${items.length - most} more`];
}

/** From one time to another, both RFC 3339: `3.2 s`, `17 min`, `25.5 h`. */
export function duration(from: string, to: string): string {
  const seconds = (Date.parse(to) - Date.parse(from)) / 1000;
  const [value, unit] =
    seconds < 120 ? [seconds, "s"] : seconds < 7200 ? [seconds / 60, "min"] : [seconds / 3600, "h"];
  return `${Number(value.toPrecision(3))} ${unit}`;
}
