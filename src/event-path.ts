import { setTimeout as delay } from "node:timers/promises";
import type { Counters } from "./account/counters.ts";
import type { MadeRecords } from "./account/made-records.ts";
import type { MissedReturns } from "./account/missed-returns.ts";
import type { KernelClock } from "./clock.ts";
import type { SocketEvent } from "./event.ts";
import { readBpftraceOutput } from "./parse/bpftrace-output.ts";
import { MARGIN_NS, ReadingRounds } from "./parse/reading-rounds.ts";
import { readNumber, readRecord } from "./parse/record.ts";
import { Reorder } from "./parse/reorder.ts";
import { cpuOf } from "./probe/number-records.ts";
import type {
  CgroupRecord,
  OutcomeRecord,
  ProbeRecord,
  ProgramRecord,
  SocketRecord,
} from "./probe-record.ts";
import type { SocketLife } from "./socket/life.ts";

/** How long a look at bpftrace, which was busy, is put off. */
const LOOK_AGAIN_US = 20_000;

/** How long a bpftrace that is behind gets to catch up. One that is not has its next heartbeat within a second. */
const CATCH_UP_MS = 1500;

export type EventPathOptions = {
  readonly life: SocketLife;
  readonly clock: KernelClock;
  readonly counters: Counters;
  readonly made: MadeRecords;
  readonly missedReturns: MissedReturns;
  /**
   * Whether bpftrace waits for something to read just now; undefined where it gives its records in their order, and
   * need not be asked.
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
  readonly #reorder = new Reorder<SocketRecord | OutcomeRecord>();
  readonly #rounds = new ReadingRounds();
  #timer: NodeJS.Timeout | undefined;
  #timerMs = Number.POSITIVE_INFINITY;
  #newestBootNs = 0;
  #attachedNs = 0;
  #lookedUs = 0;
  #lines = 0;
  /** A heartbeat has come, and behind it comes what was made. */
  #isTelling = false;
  /**
   * Kernel time up to which netlog watches. At its end bpftrace takes its probes away one after the other, for about a
   * second; what some of them still see by then would be half of what happened.
   */
  stoppedBootUs: number | undefined;

  constructor(options: EventPathOptions) {
    this.#options = options;
  }

  /** Takes one line of bpftrace's output, a string of bytes. */
  take(line: string): void {
    const { counters, made, clock, onMessage } = this.#options;
    this.#lines++;
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
    return this.#isOrdered ? this.#newestBootNs : Math.max(this.#rounds.readUpToNs, this.#attachedNs);
  }

  get #isOrdered(): boolean {
    return this.#options.isReaderWaiting === undefined;
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
      this.#look();
      if (performance.now() - startedMs > CATCH_UP_MS) return false;
    }
    return true;
  }

  /** bpftrace has ended: what is held back for its order waits for nothing any more. */
  ended(): void {
    for (const record of this.#reorder.drain()) this.#live(record);
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
    if (record.type === "ready") this.#attachedNs = record.bootNs;
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
      else if (this.#isOrdered) this.#live(record);
      else this.#reorder.push(record);
    }
    if (!this.#isOrdered && numbered !== undefined) {
      this.#rounds.read(cpuOf(numbered.key), record.bootNs);
      this.#giveOn();
    }
  }

  #giveOn(): void {
    for (const record of this.#reorder.upTo(this.#readUpToNs)) this.#live(record);
    this.#options.counters.late = this.#reorder.late;
  }

  #live(record: SocketRecord | OutcomeRecord): void {
    for (const event of this.#options.life.handle(record)) this.#options.onEvent(event);
  }

  /**
   * Whether bpftrace has read everything: where it waits for something to read, and what it had printed has come. It
   * might as well wait for room in a pipe that is full; then lines come now.
   */
  #look(): void {
    const { isReaderWaiting, clock } = this.#options;
    if (isReaderWaiting === undefined) return;
    const atUs = clock.nowBootUs();
    const lines = this.#lines;
    this.#lookedUs = atUs;
    if (!isReaderWaiting()) return;
    setImmediate(() => {
      if (this.#lines !== lines) return;
      this.#rounds.waited(atUs * 1000);
      this.#giveOn();
    });
  }

  /** Kernel time at which to look, in microseconds. */
  get #nextLookUs(): number {
    const unreadNs = this.#reorder.oldestNs ?? this.#newestBootNs;
    if (this.#isOrdered || unreadNs <= this.#readUpToNs) return Number.POSITIVE_INFINITY;
    return Math.max((unreadNs + MARGIN_NS) / 1000, this.#lookedUs + LOOK_AGAIN_US);
  }

  /** One timer for whatever falls due without a further record. */
  #arm(): void {
    const { life, clock } = this.#options;
    const dueUs = Math.min(life.nextDueBootUs ?? Number.POSITIVE_INFINITY, this.#nextLookUs);
    if (dueUs === Number.POSITIVE_INFINITY) return;
    const nowMs = performance.now();
    const dueMs = nowMs + (dueUs - clock.nowBootUs()) / 1000;
    if (!(dueMs < this.#timerMs - 1)) return; // sooner by less than a timer's resolution, or not at all
    clearTimeout(this.#timer);
    this.#timerMs = dueMs;
    this.#timer = setTimeout(() => this.#due(), Math.max(Math.ceil(dueMs - nowMs), 1));
  }

  #due(): void {
    const { life, clock, onEvent } = this.#options;
    this.#timerMs = Number.POSITIVE_INFINITY;
    if (clock.nowBootUs() >= this.#nextLookUs) this.#look();
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
