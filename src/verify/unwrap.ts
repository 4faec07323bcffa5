/** `partial`: the rest of the line is still to come; `foreign`: nothing that netlog wrote to its standard output. */
export type Unwrapped = { readonly text: string } | "partial" | "foreign";

/** `kubectl logs --prefix` */
const KUBECTL = /^\[pod\/[a-z0-9.-]+\/[a-z0-9.-]+\] /;
/** `kubectl logs --timestamps`, and what is behind it begins as a line does: a time of netlog's own, or an object. */
const TIMESTAMPS = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d) (?=\d{4}-\d\d-\d\dT|\{)/;
/** The kubelet's log files, as the CRI has them: time, stream, whether the line is full or a part, and then the text. */
const CRI =
  /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d) (stdout|stderr) ([FP])(?::[^ ]*)? /;
/** Docker's json-file. */
const DOCKER = '{"log":"';

/** As a line of netlog's begins, and nothing in the middle of one. */
const BEGINNING = /^(?:\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z \S+ netlog: |\{"timestamp":")/;
/** A line of netlog's is shorter; what is put together of more parts than this is none. */
const MAX_TEXT = 65_536;
/** Log files whose parts are mixed: by their prefix and stream. */
const MAX_SOURCES = 1000;

/**
 * Takes off what stands around netlog's lines in logs, and puts lines together that were written in parts. Only what
 * stands in front of a line is looked at, where nothing that a process is called can be.
 */
export class Unwrapper {
  readonly #parts = new Map<string, string>();

  take(line: string): Unwrapped {
    const prefix = KUBECTL.exec(line)?.[0] ?? "";
    const rest = prefix === "" ? line : line.slice(prefix.length);
    if (rest.startsWith(DOCKER)) return this.#docker(prefix, rest);
    const cri = CRI.exec(rest);
    if (cri === null) return { text: withoutEnd(rest.replace(TIMESTAMPS, "")) };
    const text = withoutEnd(rest.slice(cri[0].length));
    return cri[1] === "stdout" ? this.#join(prefix, text, cri[2] === "F") : "foreign";
  }

  #docker(prefix: string, line: string): Unwrapped {
    const { log, stream } = parse(line);
    if (typeof log !== "string" || stream !== "stdout") return "foreign";
    return log.endsWith("\n")
      ? this.#join(prefix, withoutEnd(log.slice(0, -1)), true)
      : this.#join(prefix, log, false);
  }

  #join(source: string, text: string, isLast: boolean): Unwrapped {
    // Another file begins here: the end of the line before is not in the input.
    if (this.#parts.has(source) && BEGINNING.test(text)) this.#parts.delete(source);
    const before = this.#parts.get(source);
    if (isLast && before === undefined) return { text };
    const whole = `${before ?? ""}${text}`.slice(0, MAX_TEXT);
    if (isLast) {
      this.#parts.delete(source);
      return { text: whole };
    }
    if (before === undefined && this.#parts.size >= MAX_SOURCES) return "foreign";
    this.#parts.set(source, whole);
    return "partial";
  }
}

/** Windows' line end, which a terminal in between may have made. */
function withoutEnd(text: string): string {
  return text.endsWith("\r") ? text.slice(0, -1) : text;
}

function parse(line: string): { log?: unknown; stream?: unknown } {
  try {
    return JSON.parse(line) as { log?: unknown; stream?: unknown };
  } catch {
    return {};
  }
}
