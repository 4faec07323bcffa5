import type { Fields } from "./log-line.ts";
import { brokenSums, numberOf, type Stats } from "./sums.ts";

/** A counter's value; some can be the word `unknown`. */
export type Count = number | "unknown";

const LOSS = /^(?:lost\.|dropped\.|unparsable$)/;
const NOTE = /^(?:missed(?:_|$)|evicted_sockets$|unresolved$|truncated$|late$|waited_(?:expired|cut)$)/;
const FILTERED = /^filtered\./;

const MAX_BROKEN = 10;

/** How many lines of events have come, of all the lines from one number on. */
export type Seen = { readonly from: number; readonly events: number };

/** What netlog itself says of one of its runs, in `#stats`: counters since its start. */
export class Account {
  #first: Stats | undefined;
  #last: (Stats & { readonly utcUs: number }) | undefined;
  /** The last `#stats` before which no number was missing, and how many lines of events had come until then. */
  #whole: (Seen & { readonly n: number; readonly lines: number }) | undefined;
  #broken: string[] = [];
  /** How many sums were wrong; the first few are told. */
  brokenCount = 0;

  /**
   * @param holdsBack as in `brokenSums`
   * @param seen undefined where not all lines up to this one have come, or some behind it
   */
  take(stats: Stats, utcUs: number, holdsBack: boolean, seen: Seen | undefined): void {
    for (const sentence of brokenSums(stats, holdsBack)) this.#break(stats.n, sentence);
    this.#compare(stats, seen);
    if (this.#first === undefined || stats.n < this.#first.n) this.#first = stats;
    if (this.#last === undefined || stats.n > this.#last.n) this.#last = { ...stats, utcUs };
  }

  /** Up to when it is known what netlog lost; undefined without any `#stats`. */
  get untilUs(): number | undefined {
    return this.#last?.utcUs;
  }

  get broken(): readonly string[] {
    return this.#broken;
  }

  /**
   * What is not 0 of the last `#stats`.
   *
   * @param isFromStart whether the run's first line was seen; else what the first `#stats` has is taken off
   * @param dropped what `#gap`s say a slow reader cost, which may be before the next `#stats` counts it
   */
  counts(
    isFromStart: boolean,
    dropped: number,
  ): {
    readonly losses: Readonly<Record<string, number>>;
    readonly notes: Readonly<Record<string, Count>>;
    readonly filtered: Readonly<Record<string, number>>;
    /** Losses of the time before the first `#stats`, where the stream begins in mid-run. */
    readonly lossesBefore: Readonly<Record<string, number>>;
  } {
    const base = isFromStart ? undefined : this.#first?.fields;
    return {
      losses: atLeast(numbersOnly(this.#pick(LOSS, base)), "dropped.queue-full", dropped),
      notes: { ...unknownOnly(this.#pick(LOSS, base)), ...this.#pick(NOTE, base) },
      filtered: numbersOnly(this.#pick(FILTERED, base)),
      lossesBefore: base === undefined ? {} : numbersOnly(pick(base, LOSS, undefined)),
    };
  }

  #pick(pattern: RegExp, base: Fields | undefined): Record<string, Count> {
    return this.#last === undefined ? {} : pick(this.#last.fields, pattern, base);
  }

  /** A line that took another's number would leave no hole: so the lines between two `#stats` are counted. */
  #compare({ n, fields }: Stats, seen: Seen | undefined): void {
    const lines = numberOf(fields, "lines");
    const before = this.#whole;
    if (seen === undefined || lines === undefined) return;
    this.#whole = { n, lines, ...seen };
    if (before === undefined || before.n >= n || before.from !== seen.from) return;
    const [written, come] = [lines - before.lines, seen.events - before.events];
    if (written !== come)
      this.#break(n, `${written} lines of events were written since seq ${before.n}, ${come} have come`);
  }

  #break(n: number, sentence: string): void {
    this.brokenCount++;
    if (this.#broken.length < MAX_BROKEN) this.#broken.push(`#stats at seq ${n}: ${sentence}`);
  }
}

/** `unknown` is told as it is: nothing can be taken off it. */
function pick(fields: Fields, pattern: RegExp, base: Fields | undefined): Record<string, Count> {
  const picked: Record<string, Count> = {};
  for (const [key, text] of fields) {
    if (!pattern.test(key)) continue;
    const count = numberOf(fields, key);
    const since = count === undefined ? undefined : count - ((base && numberOf(base, key)) ?? 0);
    if (since !== undefined && since > 0) picked[key] = since;
    else if (text === "unknown") picked[key] = text;
  }
  return picked;
}

/** The same events, told twice. */
function atLeast(counts: Record<string, number>, key: string, least: number): Record<string, number> {
  return least > (counts[key] ?? 0) ? { ...counts, [key]: least } : counts;
}

/** What is not known to be lost, nor not to be. */
function unknownOnly(counts: Readonly<Record<string, Count>>): Record<string, Count> {
  return Object.fromEntries(Object.entries(counts).filter(([, count]) => count === "unknown"));
}

function numbersOnly(counts: Readonly<Record<string, Count>>): Record<string, number> {
  return Object.fromEntries(
    Object.entries(counts).filter((pair): pair is [string, number] => pair[1] !== "unknown"),
  );
}
