import assert from "node:assert/strict";
import { test } from "node:test";
import { EVENT_KINDS, type EventKind, type SocketEvent } from "../../src/event.ts";
import type { OutcomeRecord, SocketRecord } from "../../src/probe-record.ts";
import { type IgnoredReason, type LifeOptions, SocketLife } from "../../src/socket/life.ts";
import { LOCAL, NGINX, PEER } from "./records.ts";

/** What the probes report, and all that must come of it. What is not said is none. */
export type Story = {
  readonly title: string;
  readonly options?: Partial<LifeOptions>;
  readonly records: readonly (SocketRecord | OutcomeRecord)[];
  readonly events?: readonly SocketEvent[];
  readonly ignored?: Partial<Record<IgnoredReason, number>>;
  readonly missedEnds?: number;
  readonly evictions?: number;
  /** Sockets that are still remembered. */
  readonly left?: number;
};

export function newLife(options: Partial<LifeOptions> = {}): SocketLife {
  return new SocketLife({
    events: new Set(EVENT_KINDS),
    maxSockets: 100,
    pendingAfterUs: 3_000_000,
    ...options,
  });
}

/** Every kind but these is on. */
export function without(...kinds: EventKind[]): Pick<LifeOptions, "events"> {
  return { events: new Set(EVENT_KINDS.filter((kind) => !kinds.includes(kind))) };
}

/** An event of the socket that a record is of where it says no other. */
export function event(kind: EventKind, bootUs: number, fields: Partial<SocketEvent> = {}): SocketEvent {
  const conn = "9557";
  return {
    kind,
    bootUs,
    process: NGINX,
    cgroup: 1,
    local: LOCAL,
    peer: PEER,
    netns: 4026531833,
    conn,
    ...fields,
  };
}

/** Each story is a test of its own. */
export function tell(stories: readonly Story[]): void {
  for (const { title, options, records, ...expected } of stories) {
    test(title, () => {
      const life = newLife(options);
      const events = records.flatMap((record) => life.handle(record));
      assert.deepEqual(
        {
          events,
          ignored: Object.fromEntries(Object.entries(life.ignored).filter(([, count]) => count > 0)),
          missedEnds: life.missedEnds,
          evictions: life.evictions,
          left: life.openSockets,
        },
        { events: [], ignored: {}, missedEnds: 0, evictions: 0, left: 0, ...expected },
      );
    });
  }
}
