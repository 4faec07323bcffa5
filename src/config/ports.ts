import type { PortRange } from "../rule.ts";
import type { JsonSchema, Parsed } from "./parsed.ts";

const FORMS = 'write a port from 0 to 65535, such as 443, or a range, such as "30000-32767"';

const RANGE = String.raw`^\d{1,5} ?- ?\d{1,5}$`;
export const PORTS: JsonSchema = {
  anyOf: [
    { type: "integer", minimum: 0, maximum: 65_535 },
    { type: "string", pattern: RANGE },
  ],
};

/** Reads a port as a number, or a range as text: `30000-32767`. */
export function parsePorts(given: unknown): Parsed<PortRange> {
  if (typeof given === "number")
    return isPort(given) ? { value: { from: given, to: given } } : { fix: FORMS };
  if (typeof given !== "string") return { fix: FORMS };
  const [, first, last] = /^(\d{1,5})(?: ?- ?(\d{1,5}))?$/.exec(given) ?? [];
  const from = Number(first);
  if (!isPort(from)) return { fix: FORMS };
  if (last === undefined) return { fix: `write ${from}, without the quotes` };
  const to = Number(last);
  if (!isPort(to)) return { fix: FORMS };
  return from <= to ? { value: { from, to } } : { fix: `write "${to}-${from}", the lower port first` };
}

function isPort(port: number): boolean {
  return Number.isInteger(port) && port >= 0 && port <= 65_535;
}
