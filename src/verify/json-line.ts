import type { Reading } from "./log-line.ts";
import { readTime } from "./time.ts";

/** As every line of netlog's own begins, and no message of its log. */
const START = '{"timestamp":"';
/** What is on every line, and is no pair of a record. */
const COMMON = new Set(["timestamp", "event", "k8s.node.name", "run", "seq"]);
const RECORD = /^netlog\.([a-z]+)$/;

/** Reads a line of the JSON format. */
export function readJsonLine(line: string): Reading {
  if (!line.startsWith(START)) return "foreign";
  const json = parse(line);
  if (json === undefined) return "damaged";
  const { timestamp, event, run, seq: n, "k8s.node.name": node } = json;
  const utcUs = typeof timestamp === "string" ? readTime(timestamp) : undefined;
  if (utcUs === undefined || typeof event !== "string" || typeof node !== "string") return "damaged";
  if (typeof run !== "string" || !/^[0-9a-z]+$/.test(run)) return "damaged";
  if (typeof n !== "number" || !Number.isSafeInteger(n) || n < 1) return "damaged";
  const name = RECORD.exec(event)?.[1];
  if (name === undefined) return event.startsWith("netlog.") ? "damaged" : { node, run, n, utcUs };
  const pairs = Object.entries(json).filter(([key]) => !COMMON.has(key));
  if (pairs.some(([, value]) => typeof value === "object")) return "damaged"; // it is flat
  const fields = new Map(pairs.map(([key, value]) => [key, String(value)]));
  return { node, run, n, utcUs, record: { name, fields } };
}

function parse(line: string): Record<string, unknown> | undefined {
  try {
    return JSON.parse(line) as Record<string, unknown>; // it begins with a brace
  } catch {
    return undefined; // cut off
  }
}
