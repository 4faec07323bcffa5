import { Account, type Seen } from "./account.ts";
import { Limited } from "./limited.ts";
import type { Fields, LogLine } from "./log-line.ts";
import { Numbers } from "./numbers.ts";
import type { Span } from "./spans.ts";
import { numberOf } from "./sums.ts";
import { readTime } from "./time.ts";

/** What a `#gap` says; `fromUs` is undefined where netlog itself does not know. */
export type Gap = {
  readonly fromUs: number | undefined;
  readonly toUs: number;
  readonly reason: string;
  /** So many events have no line because of a slow reader. netlog was watching: it is no time without a watch. */
  readonly dropped?: number;
  /** The clock was set back in between: other runs' times do not say whether they watched then. */
  readonly isTurned?: true;
};

/** Beyond so many the last one is stretched, which makes the time without a watch longer than it was, never shorter. */
const MAX_GAPS = 10_000;

/** bpftrace gives its records in order from 0.18 on; before, netlog holds them back for a moment. */
const ORDERED = /^v?(?:0\.(?:1[89]|[2-9]\d|\d{3,})|[1-9])/;

/** What has been seen of one run. */
export class Run {
  readonly node: string;
  readonly run: string;
  readonly numbers = new Numbers();
  readonly account = new Account();
  readonly limited = new Limited();
  readonly gaps: Gap[] = [];
  /** Lines of events, none twice. */
  events = 0;
  /** The stream's own records, none twice. */
  records = 0;
  duplicates = 0;
  /** Events that a slow reader cost, as `#gap`s say; `dropped.queue-full` counts them too. */
  droppedInGaps = 0;
  #start: { readonly utcUs: number; readonly fields: Fields } | undefined;
  #stop: { readonly n: number; readonly reason: string } | undefined;
  #toUs = Number.NEGATIVE_INFINITY;

  constructor(node: string, run: string) {
    this.node = node;
    this.run = run;
  }

  add({ n, utcUs, record }: LogLine): void {
    if (!this.numbers.add(n, utcUs)) {
      this.duplicates++;
      return;
    }
    this.#toUs = Math.max(this.#toUs, utcUs);
    if (record === undefined) {
      this.events++;
      return;
    }
    this.records++;
    const { name, fields } = record;
    if (name === "start") this.#start = { utcUs, fields };
    if (name === "stop") this.#stop = { n, reason: fields.get("reason") ?? "" };
    if (name === "gap") this.#addGap(fields, utcUs);
    if (name === "limited") this.limited.add(fields);
    if (name === "stats") this.account.take({ n, fields }, utcUs, this.#holdsBack, this.#seen(n));
  }

  /** No line of it has come yet. */
  get isNew(): boolean {
    return this.numbers.stretches.length === 0;
  }

  /**
   * From its `#start`, or its first line here, to the latest; each line is written when the time that stands on it has
   * passed. `#stats` can stand before the `#start`, while the probes are being attached.
   */
  get span(): Span {
    const firstUs = this.#start?.utcUs ?? this.numbers.stretches[0]?.fromUs ?? this.#toUs;
    return { fromUs: firstUs, toUs: this.#toUs };
  }

  /** It has not begun to watch: all from its first line on is here, and no `#start` is. */
  get neverWatched(): boolean {
    return this.#start === undefined && this.firstNumber === 1;
  }

  get firstNumber(): number {
    return this.numbers.stretches[0]?.from ?? 0;
  }

  get lastNumber(): number {
    return this.numbers.stretches.at(-1)?.to ?? 0;
  }

  get hasStart(): boolean {
    return this.#start !== undefined;
  }

  /** Why it stopped; undefined where its `#stop` was not seen. */
  get stopReason(): string | undefined {
    return this.#stop?.reason;
  }

  /** How many lines have a higher number than the `#stop`, which is a run's last line. */
  get afterStop(): number {
    return this.#stop === undefined ? 0 : this.lastNumber - this.#stop.n;
  }

  get #holdsBack(): boolean {
    return !ORDERED.test(this.#start?.fields.get("bpftrace") ?? "");
  }

  #seen(n: number): Seen | undefined {
    const isWhole = this.numbers.stretches.length === 1 && this.lastNumber === n;
    return isWhole ? { from: this.firstNumber, events: this.events } : undefined;
  }

  #addGap(fields: Fields, utcUs: number): void {
    const dropped = numberOf(fields, "dropped");
    const { from = "", to = "", reason = "", ...more } = Object.fromEntries(fields);
    const others = Object.entries(more).map(([key, value]) => ` ${key}=${value}`);
    const [begin, end] = [readTime(from), readTime(to) ?? utcUs];
    // A clock that was set back between them turns them around.
    const gap = {
      fromUs: begin === undefined ? undefined : Math.min(begin, end),
      toUs: begin === undefined ? end : Math.max(begin, end),
      reason: `${reason}${others.join("")}`,
      ...(dropped !== undefined && { dropped }),
      ...(begin !== undefined && begin > end && { isTurned: true as const }),
    };
    this.droppedInGaps += dropped ?? 0;
    const last = this.gaps.at(-1);
    if (this.gaps.length < MAX_GAPS || last === undefined) this.gaps.push(gap);
    else {
      const { fromUs, reason } = last;
      this.gaps[MAX_GAPS - 1] = { fromUs, reason, toUs: Math.max(last.toUs, gap.toUs) };
    }
  }
}
