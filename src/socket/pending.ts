import type { SocketEvent } from "../event.ts";
import { connectEvent } from "./events.ts";
import type { SocketEntry } from "./table.ts";

/** The attempts that wait for their outcome, in the order in which their time is up. */
export class PendingAttempts {
  readonly #afterUs: number;
  readonly #entries = new Set<SocketEntry>();

  constructor(afterUs: number) {
    this.#afterUs = afterUs;
  }

  add(entry: SocketEntry): void {
    this.#entries.add(entry);
  }

  remove(entry: SocketEntry): void {
    this.#entries.delete(entry);
  }

  get nextDueBootUs(): number | undefined {
    const [first] = this.#entries;
    return first === undefined ? undefined : first.bootUs + this.#afterUs;
  }

  due(nowBootUs: number): SocketEvent[] {
    const events: SocketEvent[] = [];
    for (const entry of this.#entries) {
      if (entry.bootUs + this.#afterUs > nowBootUs) break;
      this.#entries.delete(entry);
      events.push({ ...connectEvent(entry), result: "pending" });
    }
    return events;
  }
}
