import { setTimeout as delay } from "node:timers/promises";
import { type Counters, newCounters } from "./account/counters.ts";
import { MadeRecords } from "./account/made-records.ts";
import { MissedReturns } from "./account/missed-returns.ts";
import { SkippedRuns } from "./account/skipped-runs.ts";
import type { KernelClock } from "./clock.ts";
import type { Config } from "./config.ts";
import type { SocketEvent } from "./event.ts";
import { EventPath } from "./event-path.ts";
import { needsPathOfTypes } from "./probe/bpftrace.ts";
import { type BpftraceChild, type ChildEnd, startBpftrace } from "./probe/child.ts";
import { joinScripts } from "./probe/join.ts";
import { KEYS_PER_CPU, numberRecords } from "./probe/number-records.ts";
import type { PreparedProbes } from "./probe/prepare.ts";
import { isSleeping } from "./probe/sleeping.ts";
import { ProbeSupervisor } from "./probe/supervisor.ts";
import { tellReturns } from "./probe/tell-returns.ts";
import { isAtLeast } from "./probe/version.ts";
import type { CgroupRecord, ProgramRecord } from "./probe-record.ts";
import { Repeating } from "./repeating.ts";
import { SocketLife } from "./socket/life.ts";

/** From here on bpftrace has one buffer for all CPUs, where the kernel has such (5.8). */
const ONE_BUFFER = [0, 18] as const;

/** From here on bpftrace says where a probe failed. */
const TELLS_ERRORS = [0, 23] as const;

/** From here on the kernel counts the runs of kprobes and tracepoints that it skips (trace_call_bpf; seen on 7.3). */
const COUNTS_SKIPPED_KPROBES = [6, 7] as const;

/** Of the program's heartbeats, one a second. */
const READ_SKIPPED_EVERY = 10;

/** At a stop bpftrace is asked for an answer so often, and its counts are waited for so long. */
const ASK_EVERY_MS = 100;
const TELL_MS = 300;

/** How the watch ended, and the kernel time of the program's last word. */
export type Ended = { readonly how: string; readonly lastWordBootUs: number };

export type WatchHandlers = {
  /** `isOwn`: the event is of a socket of netlog's own process. */
  readonly onEvent: (event: SocketEvent, isOwn: boolean) => void;
  /** Every probe is attached; again, where a child had ended before. */
  readonly onAttached: (before: Ended | undefined) => void;
  readonly onDown: (end: ChildEnd, againInMs: number | undefined) => void;
  readonly onCgroup: (record: CgroupRecord) => void;
  readonly onMessage: (message: string) => void;
};

/** bpftrace, kept running, and the path of what it says up to events. */
export class Watch {
  readonly counters: Counters;
  readonly made: MadeRecords;
  readonly missedReturns: MissedReturns;
  readonly skipped: SkippedRuns;
  /** Fields of `#stats` that this bpftrace says nothing of: they are not 0. */
  readonly unknown: Readonly<Record<string, "unknown">>;
  readonly life: SocketLife;
  /** How it ended that the probes were attached; undefined while they are, and before they were. */
  ended: Ended | undefined;
  /** Why nobody is watching; undefined while the probes are attached. */
  down: string | undefined = "the probes are not attached yet";
  /** Kernel time from which on records were not read any more, where the stop could not wait for all of them. */
  behindSinceBootUs: number | undefined;
  readonly #handlers: WatchHandlers;
  readonly #path: EventPath;
  readonly #supervisor: ProbeSupervisor;
  #child: BpftraceChild | undefined;
  readonly #answersSignal: boolean;
  /** Kernel time up to which every record had been read at the program's last word; undefined before its first. */
  lastWordBootUs: number | undefined;
  #netlogPid: number | undefined;
  #heartbeats = 0;

  constructor(
    config: Pick<Config, "events" | "sockets" | "connect">,
    { bpftrace, kernel, chosen, scope }: PreparedProbes,
    clock: KernelClock,
    handlers: WatchHandlers,
    signal: AbortSignal,
  ) {
    this.#handlers = handlers;
    this.counters = newCounters(config.events);
    this.skipped = new SkippedRuns(isAtLeast(kernel.version, COUNTS_SKIPPED_KPROBES));
    this.unknown = isAtLeast(bpftrace.version, TELLS_ERRORS)
      ? {}
      : { "lost.map-full": "unknown", "lost.helper-error": "unknown" };
    this.life = new SocketLife({
      events: new Set(config.events),
      maxSockets: config.sockets.max,
      pendingAfterUs: config.connect.pendingAfterMs * 1000,
    });
    const scripts = chosen.map(({ script }) => script);
    const numbered = numberRecords(joinScripts(scripts, kernel, scope), kernel.isPreempting);
    this.made = new MadeRecords(numbered.types, KEYS_PER_CPU);
    const { program, types, answersSignal } = tellReturns(numbered.program, bpftrace.version);
    this.#answersSignal = answersSignal;
    this.missedReturns = new MissedReturns(types);
    this.#path = new EventPath({
      life: this.life,
      clock,
      counters: this.counters,
      made: this.made,
      missedReturns: this.missedReturns,
      isReaderWaiting: isAtLeast(bpftrace.version, ONE_BUFFER)
        ? undefined
        : () => this.down === undefined && this.childPid !== undefined && isSleeping(this.childPid),
      onEvent: (event) => handlers.onEvent(event, event.process.pid === this.#netlogPid),
      onProgram: (record) => this.#takeProgramRecord(record),
      onCgroup: handlers.onCgroup,
      onMessage: handlers.onMessage,
    });
    const onLine = (line: string) => {
      this.#supervisor.heard();
      this.#path.take(line);
    };
    const needsPath = needsPathOfTypes(bpftrace.version, kernel);
    this.#supervisor = new ProbeSupervisor({
      start: () => {
        this.missedReturns.restart();
        const child = startBpftrace({ bpftrace, needsPathOfTypes: needsPath, program, onLine });
        this.#child = child;
        return child;
      },
      onDown: (end, againInMs) => this.#goDown(end, againInMs),
      signal,
      settle: () => this.#settle(),
    });
  }

  /**
   * Resolves after the signal, when all that was reported has become events.
   * @throws AttachError where the probes cannot be attached at the start, CrashLoopError where they do not stay so
   */
  async run(): Promise<void> {
    try {
      await this.#supervisor.run();
    } finally {
      // It ended by itself while it was waited for, as where a service manager signals every process.
      if (this.stoppedBootUs !== undefined && !this.#path.isRead)
        this.behindSinceBootUs ??= this.readUpToBootUs;
      // What was made and not read is in the gap that begins there.
      if (this.behindSinceBootUs === undefined) this.made.ended();
      this.#path.drain();
    }
  }

  /** Kernel time up to which it watches, once it has been asked to stop. */
  get stoppedBootUs(): number | undefined {
    return this.#path.stoppedBootUs;
  }

  /** Kernel time up to which every record has been read, microseconds. */
  get readUpToBootUs(): number {
    return this.#path.readUpToBootUs;
  }

  /** The running bpftrace, or the last one. */
  get childPid(): number | undefined {
    return this.#child?.pid;
  }

  async #readSkipped(): Promise<void> {
    if (this.childPid !== undefined) await this.skipped.read(this.childPid);
  }

  /** Reads what the kernel has reported, and the last counts of what it has not. */
  async #settle(): Promise<void> {
    const { types, tellings } = this.missedReturns;
    const settled = this.#path.settled();
    // Again and again: by netlog's reading of the kernel's clock an answer can be a moment too old.
    this.#ask();
    using _ = new Repeating(ASK_EVERY_MS, () => this.#ask());
    if (!(await settled)) this.behindSinceBootUs = this.readUpToBootUs;
    await this.#readSkipped();
    // Of two tellings in a row the smaller holds.
    for (let ms = 0; types.length > 0 && ms < TELL_MS && this.missedReturns.tellings < tellings + 2; ms += 20)
      await delay(20);
    this.missedReturns.close();
  }

  /** Has bpftrace answer at once, where it can and there is a use for it. */
  #ask(): void {
    const isOfUse = this.#answersSignal || this.missedReturns.types.length > 0;
    if (isOfUse && this.down === undefined) this.#child?.ask();
  }

  #takeProgramRecord(record: ProgramRecord): void {
    if (record.type === "ready") {
      this.#supervisor.attached();
      this.#netlogPid = record.netlogPid;
      this.down = undefined;
      this.#handlers.onAttached(this.ended);
      this.ended = undefined;
      this.#heartbeats = 0;
      void this.#readSkipped();
    } else if (++this.#heartbeats % READ_SKIPPED_EVERY === 0) {
      void this.#readSkipped();
    }
    this.lastWordBootUs = this.readUpToBootUs;
  }

  #goDown(end: ChildEnd, againInMs: number | undefined): void {
    this.#path.ended();
    this.made.ended();
    if (this.lastWordBootUs !== undefined)
      this.ended ??= { how: end.cause, lastWordBootUs: this.lastWordBootUs };
    this.counters.restarts++;
    this.down = `bpftrace ${end.how}`;
    this.#handlers.onDown(end, againInMs);
  }
}
