import type { Fields } from "./log-line.ts";

/** A `#stats` record, and the number of its line. */
export type Stats = { readonly n: number; readonly fields: Fields };

/** The number that stands under a key; undefined where there is none. */
export function numberOf(fields: Fields, key: string): number | undefined {
  const text = fields.get(key);
  return text !== undefined && /^\d{1,16}$/.test(text) ? Number(text) : undefined;
}

/**
 * What of netlog's own account does not add up, as sentences. A sum whose fields are not all there is no sum: they
 * are another version's.
 *
 * @param holdsBack whether netlog may have held records back for their order, which are then in neither sum
 */
export function brokenSums({ n, fields }: Stats, holdsBack: boolean): string[] {
  const broken: string[] = [];
  const records = numberOf(fields, "records");
  const joined = numberOf(fields, "joined");
  const lines = numberOf(fields, "lines");
  const streamRecords = numberOf(fields, "stream_records");
  broken.push(...brokenTypes(fields));
  if (records !== undefined && joined !== undefined) {
    const used = joined + sumOf(fields, "ignored.");
    if (holdsBack ? used > records : used !== records)
      broken.push(`records=${records}, but joined + ignored.* = ${used}`);
  }
  if (lines !== undefined) {
    const events = sumOf(fields, "events.");
    const told = lines + sumOf(fields, "filtered.") + sumOf(fields, "dropped.");
    if (events !== told) broken.push(`events.* = ${events}, but lines + filtered.* + dropped.* = ${told}`);
  }
  if (lines !== undefined && streamRecords !== undefined && lines + streamRecords + 1 !== n)
    broken.push(`lines + stream_records = ${lines + streamRecords}, but ${n - 1} lines were written before`);
  return broken;
}

/** Of each type of record what was made has come or is missing, and all that is missing is a loss. */
function brokenTypes(fields: Fields): string[] {
  const broken: string[] = [];
  for (const key of fields.keys()) {
    if (!key.startsWith("missing.")) continue;
    const type = key.slice("missing.".length);
    const [made, received, missing] = ["made", "received", "missing"].map(
      (what) => numberOf(fields, `${what}.${type}`) ?? 0,
    ) as [number, number, number];
    if (made !== received + missing)
      broken.push(`made.${type}=${made}, but received.${type} + missing.${type} = ${received + missing}`);
  }
  const missing = sumOf(fields, "missing.");
  const lost = numberOf(fields, "lost.kernel-buffer");
  // It can be more: bpftrace tells of a loss before the numbers of later records show it.
  if (lost !== undefined && lost < missing)
    broken.push(`missing.* = ${missing}, but lost.kernel-buffer=${lost}`);
  return broken;
}

function sumOf(fields: Fields, prefix: string): number {
  let sum = 0;
  for (const key of fields.keys()) if (key.startsWith(prefix)) sum += numberOf(fields, key) ?? 0;
  return sum;
}
