import type { JsonSchema, Parsed } from "./parsed.ts";

const MS = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 } as const;
const DURATION = /^(\d+(?:\.\d+)?)(ms|s|m|h)$/;
export const WRITTEN_DURATION: JsonSchema = { type: "string", pattern: DURATION.source };
const BARE_NUMBER = /^\d+(?:\.\d+)?$/;

export type DurationRange = { readonly min: string; readonly max: string; readonly example: string };

/**
 * Reads a duration such as `500ms`, `3s`, `1.5s`, `2m` or `1h` into whole milliseconds.
 *
 * A bare number is refused, not guessed at: of the two units it could have, one is wrong by a factor of 1000.
 */
export function parseDuration(given: unknown, range: DurationRange): Parsed<number> {
  const min = durationMs(range.min);
  const max = durationMs(range.max);
  const within = (ms: number | undefined) =>
    ms !== undefined && min !== undefined && max !== undefined && ms >= min && ms <= max;
  const ms = durationMs(given);
  if (ms !== undefined && within(ms)) return { value: ms };

  const number = String(given);
  if ((typeof given === "number" || typeof given === "string") && BARE_NUMBER.test(number)) {
    const meant = [`${number}s`, `${number}ms`].filter((text) => within(durationMs(text)));
    if (meant.length > 0) return { fix: `write ${meant.map((text) => `\`${text}\``).join(" or ")}` };
  }
  return { fix: `write a duration from ${range.min} to ${range.max}, such as \`${range.example}\`` };
}

function durationMs(given: unknown): number | undefined {
  if (typeof given !== "string") return undefined;
  const [, count, unit] = DURATION.exec(given) ?? [];
  // Rounded because 1.1 × 1000 is 1100.0000000000002.
  return count === undefined ? undefined : Math.round(Number(count) * MS[unit as keyof typeof MS]);
}
