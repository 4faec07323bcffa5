import { setTimeout as delay } from "node:timers/promises";
import type { Counters } from "./account/counters.ts";
import type { MadeRecords } from "./account/made-records.ts";
import type { MissedReturns } from "./account/missed-returns.ts";
import type { KernelClock } from "./clock.ts";
import type { SocketEvent } from "./event.ts";
import { readBpftraceOutput } from "./parse/bpftrace-output.ts";
import { readNumber, readRecord } from "./parse/record.ts";
import { Reorder } from "./parse/reorder.ts";
import type {
  CgroupRecord,
  OutcomeRecord,
  ProbeRecord,
  ProgramRecord,
  SocketRecord,
} from "./probe-record.ts";
import type { SocketLife } from "./socket/life.ts";

/** bpftrace 0.17 reads its buffers one after the other, several times in this time. */
const REORDER_MS = 100;

/** How long a bpftrace that is behind gets to catch up. One that is not has its next heartbeat within a second. */
const CATCH_UP_MS = 1500;

export type EventPathOptions = {
  readonly life: SocketLife;
  readonly clock: KernelClock;
  readonly counters: Counters;
  readonly made: MadeRecords;
  readonly missedReturns: MissedReturns;
  /** Whether bpftrace gives its records out of order. */
  readonly unordered: boolean;
  readonly onEvent: (event: SocketEvent) => void;
  readonly onProgram: (record: ProgramRecord) => void;
  readonly onCgroup: (record: CgroupRecord) => void;
  /** bpftrace said something that is not for netlog alone. */
  readonly onMessage: (message: string) => void;
};

/** The way of what bpftrace prints: its JSON, the record in it, in order, the socket's life, events. */
export class EventPath {
  readonly #options: EventPathOptions;
  readonly #reorder: Reorder<SocketRecord | OutcomeRecord> | undefined;
  #timer: NodeJS.Timeout | undefined;
  #timerMs = Number.POSITIVE_INFINITY;
  #newestBootNs = 0;
  #lastReadMs = 0;
  /** A heartbeat has come, and behind it comes what was made. */
  #isTelling = false;
  /**
   * Kernel time up to which netlog watches. At its end bpftrace takes its probes away one after the other, for about a
   * second; what some of them still see by then would be half of what happened.
   */
  stoppedBootUs: number | undefined;

  constructor(options: EventPathOptions) {
    this.#options = options;
    this.#reorder = options.unordered ? new Reorder(REORDER_MS) : undefined;
  }

  /** Takes one line of bpftrace's output, a string of bytes. */
  take(line: string): void {
    const { counters, made, clock, onMessage } = this.#options;
    const output = readBpftraceOutput(line);
    switch (output.type) {
      case "text":
        this.#takeText(output.text);
        break;
      case "lost":
        made.said(output.count);
        break;
      case "made":
        // bpftrace prints all maps at its end too: what it made until then, and has not given out, is not watched for.
        if (this.#isTelling && this.stoppedBootUs === undefined)
          made.told(output.counts, clock.nowBootUs() * 1000);
        this.#isTelling = false;
        break;
      case "error":
        if (output.isMapFull) counters.lostMapFull++;
        else counters.lostHelperError++;
        onMessage(output.message);
        break;
      case "calls":
        this.#options.missedReturns.told(output.record, output.what, output.count);
        break;
      case "message":
        counters.messages++;
        onMessage(output.message);
        break;
      case "nothing":
        break;
      default:
        output satisfies never;
    }
    this.#arm();
  }

  /**
   * Kernel time up to which every record has been read, microseconds: the newest one's, or where they come out of
   * order a little less. Not above 0 before the first.
   */
  get readUpToBootUs(): number {
    return Math.floor(this.#newestBootNs / 1000) - (this.#options.unordered ? REORDER_MS * 1000 : 0);
  }

  /** Whether all that was reported before the stop has been read. */
  get isRead(): boolean {
    return this.readUpToBootUs >= (this.stoppedBootUs ?? Number.POSITIVE_INFINITY);
  }

  /**
   * Resolves to true when what the kernel has reported up to now has been read, for a later record has come; to
   * false where bpftrace is further behind than can be waited for. What is made from now on is not listened to any
   * more.
   */
  async settled(): Promise<boolean> {
    this.stoppedBootUs = this.#options.clock.nowBootUs();
    const startedMs = performance.now();
    while (!this.isRead) {
      await delay(20);
      if (performance.now() - startedMs > CATCH_UP_MS) return false;
    }
    return true;
  }

  /** Gives on what is held back for its order, and says which attempts have no outcome: no more will come. */
  drain(): void {
    const { life, clock, onEvent } = this.#options;
    this.stoppedBootUs ??= clock.nowBootUs(); // it ended by itself: the last gap reaches to #stop
    for (const record of this.#reorder?.drain() ?? []) this.#live(record);
    for (const event of life.due(Number.POSITIVE_INFINITY)) onEvent(event);
    clearTimeout(this.#timer);
  }

  #takeText(text: string): void {
    const { counters, made, onProgram, onCgroup, onMessage } = this.#options;
    const numbered = readNumber(text);
    const record = readRecord(numbered?.record ?? text);
    if (numbered !== undefined) made.received(numbered.key, numbered.number);
    if (record === undefined) {
      // Without a number it is no record: were it one, its number would be missing, and it would count twice.
      if (numbered === undefined) counters.messages++;
      else counters.unparsable++;
      onMessage(text);
      return;
    }
    this.#newestBootNs = Math.max(this.#newestBootNs, record.bootNs);
    this.#lastReadMs = performance.now();
    if (isProgramRecord(record)) {
      this.#isTelling = record.type === "heartbeat";
      if (this.#isTelling) made.heard(record.bootNs);
      onProgram(record);
    } else if (isCgroupRecord(record)) {
      onCgroup(record); // ahead of its order at most, which does no harm
    } else {
      counters.records++;
      if (record.bootNs > (this.stoppedBootUs ?? Number.POSITIVE_INFINITY) * 1000)
        this.#options.life.ignoreAfterStop();
      else if (this.#reorder === undefined) this.#live(record);
      else this.#reorder.push(record, this.#lastReadMs);
    }
  }

  #live(record: SocketRecord | OutcomeRecord): void {
    for (const event of this.#options.life.handle(record)) this.#options.onEvent(event);
  }

  /** One timer for whatever falls due without a further record. */
  #arm(): void {
    const { life, clock } = this.#options;
    const nowMs = performance.now();
    const pendingUs = life.nextDueBootUs;
    const pendingMs =
      pendingUs === undefined ? Number.POSITIVE_INFINITY : nowMs + (pendingUs - clock.nowBootUs()) / 1000;
    const dueMs = Math.min(this.#reorder?.nextDueMs ?? Number.POSITIVE_INFINITY, pendingMs);
    if (!(dueMs < this.#timerMs - 1)) return; // sooner by less than a timer's resolution, or not at all
    clearTimeout(this.#timer);
    this.#timerMs = dueMs;
    this.#timer = setTimeout(() => this.#due(), Math.max(Math.ceil(dueMs - nowMs), 1));
  }

  #due(): void {
    const { life, clock, counters, onEvent } = this.#options;
    this.#timerMs = Number.POSITIVE_INFINITY;
    if (this.#reorder !== undefined) {
      for (const record of this.#reorder.due(performance.now())) this.#live(record);
      counters.late = this.#reorder.late;
    }
    for (const event of life.due(clock.nowBootUs())) onEvent(event);
    this.#arm();
  }
}

function isProgramRecord(record: ProbeRecord): record is ProgramRecord {
  return record.type === "ready" || record.type === "heartbeat";
}

function isCgroupRecord(record: ProbeRecord): record is CgroupRecord {
  return record.type === "cgroup.path" || record.type === "cgroup.gone";
}
