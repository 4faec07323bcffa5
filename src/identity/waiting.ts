import type { SocketEvent } from "../event.ts";
import type { Origin } from "../origin.ts";
import type { Attribution } from "./origins.ts";

export type WaitingOptions = {
  readonly originOf: (cgroup: number) => Attribution;
  readonly onEvent: (event: SocketEvent, origin: Origin) => void;
  /** How long an event waits for what is late, milliseconds. */
  readonly waitMs: number;
  /** How many events wait at most. */
  readonly max: number;
};

type Waiter = { readonly event: SocketEvent; readonly untilMs: number };

/**
 * Events on their way to a line. One whose origin is not all known (yet) waits, and with it only what comes later
 * of the same socket, so that a socket's lines never overtake each other.
 */
export class WaitingEvents {
  readonly #options: WaitingOptions;
  /** By socket, in the order in which the first of each began to wait. */
  readonly #queues = new Map<string, Waiter[]>();
  #size = 0;
  /** For those that come from now on. */
  waitMs: number;
  /** Events that waited. */
  waited = 0;
  /** Events that went on without what they had waited for. */
  expired = 0;
  /** Events that went on before their time, because too many waited. */
  cut = 0;

  constructor(options: WaitingOptions) {
    this.#options = options;
    this.waitMs = options.waitMs;
  }

  get size(): number {
    return this.#size;
  }

  take(event: SocketEvent, nowMs: number): void {
    const { originOf, onEvent, max } = this.#options;
    const { waitMs } = this;
    const queue = this.#queues.get(event.conn);
    if (queue === undefined) {
      const { origin, complete } = originOf(event.cgroup);
      if (complete || waitMs === 0) {
        onEvent(event, origin);
        return;
      }
    }
    const waiter = { event, untilMs: nowMs + waitMs };
    if (queue === undefined) this.#queues.set(event.conn, [waiter]);
    else queue.push(waiter);
    this.#size++;
    this.waited++;
    if (this.#size > max) this.#cutFirst();
  }

  /** Gives on what is known by now and what has waited long enough. */
  look(nowMs: number): void {
    const { originOf, onEvent } = this.#options;
    for (const [conn, queue] of this.#queues) {
      let given = 0;
      for (const { event, untilMs } of queue) {
        const { origin, complete } = originOf(event.cgroup);
        if (!complete && untilMs > nowMs) break;
        if (!complete) this.expired++;
        onEvent(event, origin);
        given++;
      }
      this.#drop(conn, queue, given);
    }
  }

  /** Gives on everything with what is known. */
  drain(): void {
    this.look(Number.POSITIVE_INFINITY);
  }

  #cutFirst(): void {
    const [conn, queue] = this.#queues.entries().next().value as [string, Waiter[]];
    const { event } = queue[0] as Waiter;
    this.cut++;
    this.#options.onEvent(event, this.#options.originOf(event.cgroup).origin);
    this.#drop(conn, queue, 1);
  }

  #drop(conn: string, queue: Waiter[], count: number): void {
    this.#size -= count;
    if (count === queue.length) this.#queues.delete(conn);
    else queue.splice(0, count);
  }
}
