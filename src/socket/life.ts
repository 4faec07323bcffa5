import type { EventKind, SocketEvent } from "../event.ts";
import type { OutcomeRecord, SocketRecord } from "../probe-record.ts";
import { bootUs } from "./events.ts";
import { PendingAttempts } from "./pending.ts";
import { SocketTable } from "./table.ts";
import * as tcp from "./tcp.ts";
import * as udp from "./udp.ts";

/** Why a record became no event. */
export type IgnoredReason =
  /** The socket never had what a line would be about: never connected, never bound, never accepted. */
  | "no-line-for-socket"
  /** The attempt or the socket had ended already, by another record. */
  | "already-ended"
  /** Its kind of event is switched off. */
  | "kind-off"
  /** It happened after the time up to which netlog watched. */
  | "after-stop";

export type LifeOptions = {
  readonly events: ReadonlySet<EventKind>;
  readonly maxSockets: number;
  readonly pendingAfterUs: number;
};

/** What the handlers of tcp.ts and udp.ts work on. */
export type LifeContext = {
  readonly table: SocketTable;
  readonly pending: PendingAttempts;
  readonly on: (kind: EventKind) => boolean;
  readonly ignore: (reason: IgnoredReason) => SocketEvent[];
  readonly missedEnd: () => void;
};

/**
 * The life of every socket, from what the probes report of it to events: opening, outcome, end. Pure but for
 * its memory: kernel time is passed in. Records of one socket must come in the order of kernel time.
 */
export class SocketLife {
  readonly #context: LifeContext;
  readonly ignored: Record<IgnoredReason, number> = {
    "no-line-for-socket": 0,
    "already-ended": 0,
    "kind-off": 0,
    "after-stop": 0,
  };
  /** Records that made an event or added to what is known of a socket: all that were not ignored. */
  joined = 0;
  /** Ends, and outcomes of attempts, that were not seen when they happened. */
  missedEnds = 0;

  constructor({ events, maxSockets, pendingAfterUs }: LifeOptions) {
    this.#context = {
      table: new SocketTable(maxSockets),
      pending: new PendingAttempts(pendingAfterUs),
      on: (kind) => events.has(kind),
      ignore: (reason) => {
        this.ignored[reason]++;
        this.joined--;
        return [];
      },
      missedEnd: () => {
        this.missedEnds++;
      },
    };
  }

  get openSockets(): number {
    return this.#context.table.size;
  }

  get evictions(): number {
    return this.#context.table.evictions;
  }

  /**
   * The events that one record makes: none, one, or two where it tells of something that was missed; before
   * them the provisional ones that fell due by its time, so that a late timer loses none of those.
   */
  handle(record: SocketRecord | OutcomeRecord): SocketEvent[] {
    this.joined++; // until a handler ignores it
    const due = this.due(bootUs(record));
    const events = this.#dispatch(record);
    return due.length === 0 ? events : [...due, ...events];
  }

  /** A record of after the end. */
  ignoreAfterStop(): void {
    this.ignored["after-stop"]++;
  }

  #dispatch(record: SocketRecord | OutcomeRecord): SocketEvent[] {
    switch (record.type) {
      case "tcp.attempt":
        return tcp.attempt(this.#context, record);
      case "tcp.outcome":
        return tcp.outcome(this.#context, record);
      case "tcp.failure":
        return tcp.failure(this.#context, record);
      case "tcp.accept":
        return tcp.accept(this.#context, record);
      case "tcp.end":
        return tcp.end(this.#context, record);
      case "udp.bind":
        return udp.bind(this.#context, record);
      case "udp.connect":
        return udp.connect(this.#context, record);
      case "udp.end":
        return udp.end(this.#context, record);
      default:
        throw new Error(`no such record: ${record satisfies never}`);
    }
  }

  /** The provisional events of attempts that have had no outcome for `pendingAfterUs`. */
  due(nowBootUs: number): SocketEvent[] {
    return this.#context.pending.due(nowBootUs);
  }

  /** Kernel time at which `due` will have something to say, if nothing else happens. */
  get nextDueBootUs(): number | undefined {
    return this.#context.pending.nextDueBootUs;
  }
}
