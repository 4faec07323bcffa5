import * as z from "zod";

import { EVENT_KINDS, type EventKind } from "../event.ts";
import { oneOf } from "./parsed.ts";

// udp.connect is off: resolvers connect a socket per question, which would drown the rest.
const DEFAULT: EventKind[] = ["tcp.connect", "tcp.accept", "tcp.close", "udp.bind", "udp.close"];

/** A close is written only for a socket whose opening kind is on; without one it would never come. */
const OPENINGS: { readonly [close: string]: readonly EventKind[] } = {
  "tcp.close": ["tcp.connect", "tcp.accept"],
  "udp.close": ["udp.bind", "udp.connect"],
};

/** The kinds of events that are written. */
export const events = z
  .array(z.enum(EVENT_KINDS, { error: (issue) => oneOf(EVENT_KINDS, issue.input) }), {
    error: "write a list, such as [tcp.connect, tcp.accept]",
  })
  .min(1, { error: `name at least one of ${EVENT_KINDS.join(", ")}` })
  .superRefine(
    (kinds, context) => {
      for (const [index, message] of mistakes(kinds)) {
        context.addIssue({ code: "custom", path: [index], message });
      }
    },
    // Also beside a misspelt kind, so that one run shows every mistake.
    { when: ({ value }) => Array.isArray(value) },
  )
  .prefault(DEFAULT);

function* mistakes(kinds: readonly unknown[]): Generator<[index: number, message: string]> {
  const given = new Set(kinds);
  // A misspelt kind may be the missing opening.
  const complete = kinds.every((kind) => EVENT_KINDS.some((known) => known === kind));
  for (const [index, kind] of kinds.entries()) {
    if (typeof kind !== "string") continue;
    if (kinds.indexOf(kind) < index) {
      yield [index, "remove it: it already stands further up"];
      continue;
    }
    const openings = Object.hasOwn(OPENINGS, kind) ? (OPENINGS[kind] ?? []) : [];
    if (complete && openings.length > 0 && !openings.some((opening) => given.has(opening))) {
      yield [
        index,
        `it needs ${openings.map((opening) => `\`${opening}\``).join(" or ")}: add one, or remove it`,
      ];
    }
  }
}
