import { isAbsolute } from "node:path";
import * as z from "zod";

import { type DurationRange, parseDuration } from "./duration.ts";
import { events } from "./events.ts";
import { filters } from "./filters.ts";
import { patterns, refuseBoth } from "./labels.ts";
import { parseListen } from "./listen.ts";
import { notation, oneOf } from "./parsed.ts";

export const FORMATS = ["text", "json"] as const;
export const KUBERNETES_MODES = ["auto", "on", "off"] as const;
export const SCOPES = ["node", "pod"] as const;
export const LOG_LEVELS = ["fatal", "error", "warn", "info", "debug", "trace", "silent"] as const;

/** Labels of namespaces that clusters have for themselves. */
const UNINTERESTING = [
  "kubernetes.io/metadata.name",
  "pod-security.kubernetes.io/*",
  "*.cattle.io/*",
  "*.fluxcd.io/*",
  "argocd.argoproj.io/*",
];

/**
 * The whole file. Each `error` says only how to write the value right; which key, where it stands and what was
 * given is put in front by problems.ts.
 */
export const schema = z.strictObject({
  format: word(FORMATS).default("text"),
  /** Whether pods and namespaces are asked of the API; `auto`: where there is one. */
  kubernetes: word(KUBERNETES_MODES).default("auto"),
  /** Whose events are written: the whole machine's, or those of the pod that netlog runs in. */
  scope: word(SCOPES).default("node"),
  events,
  /** Which labels are written. */
  labels: section({
    namespace: labels(["*"], UNINTERESTING),
    pod: labels([], []),
  }),
  /** Which events get no line. */
  filters,
  limits: section({
    /** Of each pod, 0: as many as there are. */
    linesPerSecondPerPod: wholeNumber(0, 1_000_000).default(0),
  }),
  connect: section({
    pendingAfter: duration({ min: "100ms", max: "1h", example: "3s" }),
  }).transform(({ pendingAfter }) => ({
    /** How long an attempt may be without outcome before it gets a provisional line. */
    pendingAfterMs: pendingAfter,
  })),
  identity: section({
    waitForName: duration({ min: "0s", max: "1m", example: "2s" }),
  }).transform(({ waitForName }) => ({
    /** How long a line waits for the API to say what its container, pod or namespace is called; 0: not at all. */
    waitForNameMs: waitForName,
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
  /** /metrics, /livez, /readyz */
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
  return z.enum(words, { error: (issue) => unquoted(words, issue.input) ?? oneOf(words, issue.input) });
}

/** YAML 1.1, which Helm and others write, takes `on` and `off` for booleans. */
function unquoted(words: readonly string[], given: unknown): string | undefined {
  const meant = given === true ? "on" : given === false ? "off" : undefined;
  return meant !== undefined && words.includes(meant) ? `write "${meant}", with the quotes` : undefined;
}

function labels(include: string[], exclude: string[]) {
  return section({ include: patterns.default(include), exclude: patterns.default(exclude) }).superRefine(
    refuseBoth,
  );
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
