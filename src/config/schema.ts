import { isAbsolute } from "node:path";
import * as z from "zod";

import { type DurationRange, parseDuration } from "./duration.ts";
import { events } from "./events.ts";
import { parseListen } from "./listen.ts";
import { notation, oneOf } from "./parsed.ts";

export const FORMATS = ["text", "json"] as const;
export const LOG_LEVELS = ["fatal", "error", "warn", "info", "debug", "trace", "silent"] as const;

/**
 * The whole file. Each `error` says only how to write the value right; which key, where it stands and what was
 * given is put in front by problems.ts.
 */
export const schema = z.strictObject({
  format: word(FORMATS).default("text"),
  events,
  connect: section({
    pendingAfter: duration({ min: "100ms", max: "1h", example: "3s" }),
  }).transform(({ pendingAfter }) => ({
    /** How long an attempt may be without outcome before it gets a provisional line. */
    pendingAfterMs: pendingAfter,
  })),
  sockets: section({
    /** The bound of the socket table. */
    max: wholeNumber(1000, 10_000_000).default(100_000),
  }),
  stats: section({
    every: duration({ min: "1s", max: "24h", example: "60s" }),
  }).transform(({ every }) => ({ everyMs: every })),
  selfTest: section({
    every: duration({ min: "1s", max: "24h", example: "30s" }),
  }).transform(({ every }) => ({ everyMs: every })),
  state: section({
    /** The file in which netlog notes how far it came; undefined: none. */
    path: text(isFilePath, 'write an absolute path of a file, or "" for none')
      .transform((path) => (path === "" ? undefined : path))
      .prefault(""),
  }),
  http: section({
    /** Undefined: no server. */
    listen: notation(parseListen).prefault(""),
  }),
  log: section({ level: word(LOG_LEVELS).default("info") }),
  bpftrace: section({
    /** A name that is looked up on PATH, or a path. */
    path: text(isCommand, "write a name on PATH or a path").default("bpftrace"),
  }),
});

/** A key with keys below it. One that is there with nothing below (all commented out, say) has its defaults. */
function section<const Shape extends z.core.$ZodLooseShape>(shape: Shape) {
  const keys = Object.keys(shape).join(", ");
  return z.preprocess(
    (given) => given ?? {},
    z.strictObject(shape, { error: `write its keys below it: ${keys}` }),
  );
}

function word<const Words extends readonly [string, ...string[]]>(words: Words) {
  return z.enum(words, { error: (issue) => oneOf(words, issue.input) });
}

function wholeNumber(min: number, max: number) {
  const error = `write a whole number from ${min} to ${max}`;
  return z.int({ error }).min(min, { error }).max(max, { error });
}

function duration(range: DurationRange) {
  return notation((given) => parseDuration(given, range)).prefault(range.example);
}

function text(isRight: (given: string) => boolean, error: string) {
  return z.string({ error }).refine(isRight, { error });
}

function isFilePath(path: string): boolean {
  return path === "" || (isAbsolute(path) && !path.endsWith("/") && !path.includes("\0"));
}

function isCommand(command: string): boolean {
  return command.trim() !== "" && !command.endsWith("/") && !command.includes("\0");
}
