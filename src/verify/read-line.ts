import { readJsonLine } from "./json-line.ts";
import type { Reading } from "./log-line.ts";
import { readTextLine } from "./text-line.ts";

/** Reads one line of either format, given without its line feed and without what a log shipper put around it. */
export function readLine(line: string): Reading {
  return line.startsWith("{") ? readJsonLine(line) : readTextLine(line);
}
