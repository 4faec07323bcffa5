import { setTimeout as delay } from "node:timers/promises";
import type { Counters } from "./account/counters.ts";
import type { MadeRecords } from "./account/made-records.ts";
import type { MissedReturns } from "./account/missed-returns.ts";
import type { KernelClock } from "./clock.ts";
import type { SocketEvent } from "./event.ts";
import { readBpftraceOutput } from "./parse/bpftrace-output.ts";
import { KernelOrder } from "./parse/kernel-order.ts";
import { readNumber, readRecord } from "./parse/record.ts";
import { cpuOf } from "./probe/number-records.ts";
import type {
  CgroupRecord,
  OutcomeRecord,
  ProbeRecord,
  ProgramRecord,
  SocketRecord,
} from "./probe-record.ts";
import type { SocketLife } from "./socket/life.ts";

/** The longest that Node's timers can. */
const MAX_TIMER_MS = 2 ** 31 - 1;

/** How long a bpftrace that is behind gets to catch up. One that is not has its next heartbeat within a second. */
const CATCH_UP_MS = 1500;

export type EventPathOptions = {
  readonly life: SocketLife;
  readonly clock: KernelClock;
  readonly counters: Counters;
  readonly made: MadeRecords;
  readonly missedReturns: MissedReturns;
  /**
   * Whether bpftrace waits just now, for something to read or for room to print; undefined where it gives its records
   * in their order, and need not be asked.
   */
  readonly isReaderWaiting: (() => boolean) | undefined;
  readonly onEvent: (event: SocketEvent) => void;
  readonly onProgram: (record: ProgramRecord) => void;
  readonly onCgroup: (record: CgroupRecord) => void;
  /** bpftrace said something that is not for netlog alone. */
  readonly onMessage: (message: string) => void;
};

/** The way of what bpftrace prints: its JSON, the record in it, in order, the socket's life, events. */
export class EventPath {
  readonly #options: EventPathOptions;
  readonly #order: KernelOrder<SocketRecord | OutcomeRecord> | undefined;
  #timer: NodeJS.Timeout | undefined;
  #timerMs = Number.POSITIVE_INFINITY;
  #newestBootNs = 0;
  /** A heartbeat has come, and behind it comes what was made. */
  #isTelling = false;
  /**
   * Kernel time up to which netlog watches. At its end bpftrace takes its probes away one after the other, for about a
   * second; what some of them still see by then would be half of what happened.
   */
  stoppedBootUs: number | undefined;

  constructor(options: EventPathOptions) {
    this.#options = options;
    const { isReaderWaiting, clock } = options;
    if (isReaderWaiting === undefined) return;
    const nowBootUs = () => clock.nowBootUs();
    this.#order = new KernelOrder({ isReaderWaiting, nowBootUs, onRead: (records) => this.#read(records) });
  }

  /** Takes one line of bpftrace's output, a string of bytes. */
  take(line: string): void {
    const { counters, made, clock, onMessage } = this.#options;
    this.#order?.printed();
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

  /** Kernel time up to which every record has been read, microseconds; 0 before the first. */
  get readUpToBootUs(): number {
    return Math.floor(this.#readUpToNs / 1000);
  }

  get #readUpToNs(): number {
    return this.#order?.readUpToNs ?? this.#newestBootNs;
  }

  /** Whether all that was reported before the stop has been read. */
  get isRead(): boolean {
    return this.readUpToBootUs >= (this.stoppedBootUs ?? Number.POSITIVE_INFINITY);
  }

  /**
   * Resolves to true when what the kernel has reported up to now has been read, to false where bpftrace is further
   * behind than can be waited for. What is made from now on is not listened to any more.
   */
  async settled(): Promise<boolean> {
    this.stoppedBootUs = this.#options.clock.nowBootUs();
    const startedMs = performance.now();
    while (!this.isRead) {
      await delay(20);
      this.#order?.look();
      if (performance.now() - startedMs > CATCH_UP_MS) return false;
    }
    return true;
  }

  /** bpftrace has ended: what is held back for its order waits for nothing any more. */
  ended(): void {
    this.#order?.ended();
  }

  /** No more will come: gives on what is held back, and says which attempts have no outcome. */
  drain(): void {
    const { life, clock, onEvent } = this.#options;
    this.stoppedBootUs ??= clock.nowBootUs(); // it ended by itself: the last gap reaches to #stop
    this.ended();
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
    if (record.type === "ready") this.#order?.attached(record.bootNs);
    this.#order?.read(record.bootNs, numbered && cpuOf(numbered.key));
    if (isProgramRecord(record)) {
      this.#isTelling = record.type === "heartbeat";
      if (this.#isTelling) made.heard(this.#readUpToNs);
      onProgram(record);
    } else if (isCgroupRecord(record)) {
      onCgroup(record); // ahead of its order at most, which does no harm
    } else {
      counters.records++;
      if (record.bootNs > (this.stoppedBootUs ?? Number.POSITIVE_INFINITY) * 1000)
        this.#options.life.ignoreAfterStop();
      else if (this.#order === undefined) this.#live(record);
      else this.#order.push(record);
    }
  }

  /** What has been read in its order, and which attempts had no outcome until then. */
  #read(records: readonly (SocketRecord | OutcomeRecord)[]): void {
    const { life, counters, onEvent } = this.#options;
    for (const record of records) this.#live(record);
    for (const event of life.due(this.readUpToBootUs)) onEvent(event);
    counters.late = this.#order?.late ?? 0;
  }

  #live(record: SocketRecord | OutcomeRecord): void {
    for (const event of this.#options.life.handle(record)) this.#options.onEvent(event);
  }

  /** One timer for whatever falls due. */
  #arm(): void {
    const pendingUs = this.#options.life.nextDueBootUs ?? Number.POSITIVE_INFINITY;
    const nextUs = this.#order?.nextLookUs(pendingUs) ?? pendingUs;
    if (nextUs === Number.POSITIVE_INFINITY) return;
    const nowMs = performance.now();
    const inMs = (nextUs - this.#options.clock.nowBootUs()) / 1000;
    if (!(nowMs + inMs < this.#timerMs - 1)) return; // sooner by less than a timer's resolution, or not at all
    clearTimeout(this.#timer);
    this.#timerMs = nowMs + inMs;
    this.#timer = setTimeout(() => this.#due(), Math.min(Math.max(Math.ceil(inMs), 1), MAX_TIMER_MS));
  }

  #due(): void {
    const { life, clock, onEvent } = this.#options;
    this.#timerMs = Number.POSITIVE_INFINITY;
    if (this.#order !== undefined) this.#order.look();
    else for (const event of life.due(clock.nowBootUs())) onEvent(event);
    this.#arm();
  }
}

function isProgramRecord(record: ProbeRecord): record is ProgramRecord {
  return record.type === "ready" || record.type === "heartbeat";
}

function isCgroupRecord(record: ProbeRecord): record is CgroupRecord {
  return record.type === "cgroup.path" || record.type === "cgroup.gone";
}
