import { type Counters, newCounters } from "./account/counters.ts";
import { MadeRecords } from "./account/made-records.ts";
import { MissedReturns } from "./account/missed-returns.ts";
import { SkippedRuns } from "./account/skipped-runs.ts";
import type { KernelClock } from "./clock.ts";
import type { Config } from "./config.ts";
import type { SocketEvent } from "./event.ts";
import { EventPath } from "./event-path.ts";
import { needsPathOfTypes } from "./probe/bpftrace.ts";
import { type ChildEnd, startBpftrace } from "./probe/child.ts";
import { joinScripts } from "./probe/join.ts";
import { KEYS_PER_CPU, numberRecords } from "./probe/number-records.ts";
import type { PreparedProbes } from "./probe/prepare.ts";
import { ProbeSupervisor } from "./probe/supervisor.ts";
import { tellReturns } from "./probe/tell-returns.ts";
import { isAtLeast } from "./probe/version.ts";
import type { CgroupRecord, ProgramRecord } from "./probe-record.ts";
import { SocketLife } from "./socket/life.ts";

/** Of the program's heartbeats, one a second. */
const READ_SKIPPED_EVERY = 10;

export type WatchHandlers = {
  /** `isOwn`: the event is of a socket of netlog's own process. */
  readonly onEvent: (event: SocketEvent, isOwn: boolean) => void;
  /** Every probe is attached; again, where there was a last word (kernel time) before. */
  readonly onAttached: (lastWordBootUs: number | undefined) => void;
  readonly onDown: (end: ChildEnd, againInMs: number) => void;
  readonly onCgroup: (record: CgroupRecord) => void;
  readonly onMessage: (message: string) => void;
};

/** bpftrace, kept running, and the path of what it says up to events. */
export class Watch {
  readonly counters: Counters = newCounters();
  readonly made: MadeRecords;
  readonly missedReturns: MissedReturns;
  readonly skipped = new SkippedRuns();
  readonly life: SocketLife;
  /** Why nobody is watching; undefined while the probes are attached. */
  down: string | undefined = "the probes are not attached yet";
  /** Kernel time from which on records were not read any more, where the stop could not wait for all of them. */
  behindSinceBootUs: number | undefined;
  readonly #handlers: WatchHandlers;
  readonly #path: EventPath;
  readonly #supervisor: ProbeSupervisor;
  /** Kernel time of the program's last word; undefined before its first. */
  lastWordBootUs: number | undefined;
  #netlogPid: number | undefined;
  #childPid: number | undefined;
  #heartbeats = 0;

  constructor(
    config: Pick<Config, "events" | "sockets" | "connect">,
    { bpftrace, kernel, chosen, scope }: PreparedProbes,
    clock: KernelClock,
    handlers: WatchHandlers,
    signal: AbortSignal,
  ) {
    this.#handlers = handlers;
    this.life = new SocketLife({
      events: new Set(config.events),
      maxSockets: config.sockets.max,
      pendingAfterUs: config.connect.pendingAfterMs * 1000,
    });
    const scripts = chosen.map(({ script }) => script);
    const numbered = numberRecords(joinScripts(scripts, kernel, scope));
    this.made = new MadeRecords(numbered.types, KEYS_PER_CPU);
    const { program, types } = tellReturns(numbered.program);
    this.missedReturns = new MissedReturns(types);
    this.#path = new EventPath({
      life: this.life,
      clock,
      counters: this.counters,
      made: this.made,
      missedReturns: this.missedReturns,
      unordered: !isAtLeast(bpftrace.version, [0, 18]),
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
        this.made.restart();
        this.missedReturns.restart();
        const child = startBpftrace({ bpftrace, needsPathOfTypes: needsPath, program, onLine });
        this.#childPid = child.pid;
        return child;
      },
      onDown: (end, againInMs) => this.#goDown(end, againInMs),
      signal,
      settle: async () => {
        if (!(await this.#path.settled())) this.behindSinceBootUs = this.#path.newestBootUs;
      },
    });
  }

  /**
   * Resolves after the signal, when all that was reported has become events.
   * @throws AttachError where the probes cannot be attached at the start
   */
  async run(): Promise<void> {
    await this.#supervisor.run();
    this.missedReturns.finish();
    this.#path.drain();
  }

  #takeProgramRecord(record: ProgramRecord): void {
    if (record.type === "ready") {
      this.#supervisor.attached();
      this.#netlogPid = record.netlogPid;
      this.down = undefined;
      this.#handlers.onAttached(this.lastWordBootUs);
    } else if (this.#heartbeats++ % READ_SKIPPED_EVERY === 0 && this.#childPid !== undefined) {
      void this.skipped.read(this.#childPid);
    }
    this.lastWordBootUs = Math.floor(record.bootNs / 1000);
  }

  #goDown(end: ChildEnd, againInMs: number): void {
    this.counters.restarts++;
    this.down = `bpftrace ${end.how}`;
    this.#handlers.onDown(end, againInMs);
  }
}
