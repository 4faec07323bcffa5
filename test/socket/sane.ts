import assert from "node:assert/strict";
import type { SocketEvent } from "../../src/event.ts";

/** Holds a stream of events against what a reader of the lines may rely on. */
export class SaneStream {
  /** By conn and time: what has been said of each attempt. */
  readonly #attempts = new Map<string, SocketEvent[]>();
  readonly #open = new Set<string>();

  /** @throws AssertionError where this event cannot follow those before it */
  take(event: SocketEvent): void {
    if (event.kind === "tcp.connect") this.#connect(event);
    else if (event.kind.endsWith(".close")) this.#close(event);
    else this.#open.add(event.conn);
  }

  /** Whether an attempt has its outcome. */
  isSettled(attempt: string): boolean {
    const last = this.#attempts.get(attempt)?.at(-1);
    return last !== undefined && last.result !== "pending";
  }

  #connect(event: SocketEvent): void {
    const attempt = attemptKey(event);
    const said = this.#attempts.get(attempt) ?? [];
    this.#attempts.set(attempt, [...said, event]);
    assert.ok(
      said.every(({ result }) => result === "pending"),
      "an attempt has one outcome, and nothing after it",
    );
    if (event.result === "pending") assert.equal(said.length, 0, "an attempt is pending once");
    else if (event.error === undefined && (event.result === undefined || event.result === "inferred")) {
      this.#open.add(event.conn);
    }
  }

  #close(event: SocketEvent): void {
    const wasOpen = this.#open.delete(event.conn);
    assert.ok(wasOpen || event.opener !== undefined, "a close has its opening before it, or says that not");
  }
}

/** Names an attempt: its socket and its time. */
export function attemptKey({ conn, bootUs }: Pick<SocketEvent, "conn" | "bootUs">): string {
  return `${conn} ${bootUs}`;
}
