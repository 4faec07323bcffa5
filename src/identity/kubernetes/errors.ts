/** The cluster cannot be used as it is configured. The message says what is wrong and what to do about it. */
export class ClusterError extends Error {
  override readonly name = "ClusterError";
}

/**
 * What went wrong with a request, told apart by what there is to do about it:
 * `credentials` cannot be read here; `connection`: refused, reset, no such name, no trust; `silent`: no byte for too
 * long; `overdue`: it did not end when it was to end; `cut`: it ended too early; `unauthorized` (401); `forbidden`
 * (403); `gone` (410): the version asked for is no longer there; `throttled` (429, 503); `status`: any other one;
 * `malformed`: what came is not what the API promises; `unexpected`: a fault of netlog itself.
 */
export const FAILURE_KINDS = [
  "credentials",
  "connection",
  "silent",
  "overdue",
  "cut",
  "unauthorized",
  "forbidden",
  "gone",
  "throttled",
  "status",
  "malformed",
  "unexpected",
] as const;
export type FailureKind = (typeof FAILURE_KINDS)[number];

type Remedy = {
  /** What the server said to wait before the next request. */
  readonly retryAfterMs?: number | undefined;
  /** Going on from the last version would not help: list anew. */
  readonly relist?: boolean;
  /** The server does not know the version (any longer, or yet): ask for its newest. */
  readonly versionUnknown?: boolean;
  readonly cause?: unknown;
};

/** A request to the API server failed, and is to be made again. It is not thrown for a configuration that cannot work. */
export class ApiFailure extends Error {
  override readonly name = "ApiFailure";
  readonly kind: FailureKind;
  readonly retryAfterMs: number | undefined;
  readonly relist: boolean;
  readonly versionUnknown: boolean;

  constructor(kind: FailureKind, message: string, remedy: Remedy = {}) {
    super(message, { cause: remedy.cause });
    this.kind = kind;
    this.retryAfterMs = remedy.retryAfterMs;
    this.relist = remedy.relist ?? false;
    this.versionUnknown = remedy.versionUnknown ?? false;
  }
}

/** Whatever was thrown while talking to the API server, as a failure. */
export function asFailure(error: unknown, kind: FailureKind = "unexpected"): ApiFailure {
  if (error instanceof ApiFailure) return error;
  const text = oneLine(errorText(error));
  return new ApiFailure(kind, kind === "unexpected" ? `netlog itself failed: ${text}` : text, {
    cause: error,
    relist: kind === "unexpected",
  });
}

/** Somebody else's words, fit for the middle of a sentence: on one line, short, with nothing invisible. */
export function oneLine(text: string): string {
  const line = text
    .slice(0, 1000)
    .replace(/[\p{C}\p{Z}]+/gu, " ")
    .trim();
  return line.length > 300 ? `${line.slice(0, 300)}…` : line;
}

function errorText(error: unknown): string {
  // Node's own for several addresses that all failed, whose message is empty.
  if (error instanceof AggregateError && error.message === "") return error.errors.map(errorText).join(", ");
  return error instanceof Error ? error.message : String(error);
}
