import * as z from "zod";

import { EVENT_KINDS, type EventKind } from "../event.ts";
import { EARLIER_RULES, type FilterEntry, PRESETS } from "../rule.ts";
import { CIDR, parseCidr } from "./cidr.ts";
import { labelConditions } from "./label-conditions.ts";
import { NAME_PATTERN, parseCommPattern, parseNamePattern, parseUid, UID_MAX } from "./names.ts";
import { oneOrMore } from "./one-or-more.ts";
import { oneOf, type Parsed } from "./parsed.ts";
import { PORTS, parsePorts } from "./ports.ts";

/** As many names of this length fit into a `#stats` record. */
const MAX_RULES = 64;
const NAME = /^[a-z0-9-]{1,32}$/;
const ACTIONS = ["drop", "keep"] as const;

const EXAMPLE = "{ name: scrapes, action: drop, localPort: 9090 }";
const SAY_NAME = `write a name of 1 to 32 characters of a-z 0-9 -, not ${EARLIER_RULES}: what the rule drops is counted under it`;

const conditions = {
  event: oneOrMore(parseKind, { enum: EVENT_KINDS }).optional(),
  namespace: oneOrMore(parseNamePattern, NAME_PATTERN).optional(),
  pod: oneOrMore(parseNamePattern, NAME_PATTERN).optional(),
  namespaceLabels: labelConditions.optional(),
  podLabels: labelConditions.optional(),
  comm: oneOrMore(parseCommPattern, { type: "string", minLength: 1 }).optional(),
  uid: oneOrMore(parseUid, { type: "integer", minimum: 0, maximum: UID_MAX }).optional(),
  localAddress: oneOrMore(parseCidr, CIDR).optional(),
  peerAddress: oneOrMore(parseCidr, CIDR).optional(),
  localPort: oneOrMore(parsePorts, PORTS).optional(),
  peerPort: oneOrMore(parsePorts, PORTS).optional(),
  peer: z.literal("node", { error: "write node, or remove it" }).optional(),
  host: z.boolean({ error: "write true or false" }).optional(),
};

const entry = z
  .strictObject(
    {
      preset: z.enum(PRESETS, { error: (issue) => oneOf(PRESETS, issue.input) }).optional(),
      name: z
        .string({ error: SAY_NAME })
        .regex(NAME, { error: SAY_NAME })
        .refine((name) => name !== EARLIER_RULES, { error: SAY_NAME })
        .optional(),
      action: z.enum(ACTIONS, { error: (issue) => oneOf(ACTIONS, issue.input) }).optional(),
      ...conditions,
    },
    { error: `write a rule, such as ${EXAMPLE}, or a preset, such as { preset: loopback }` },
  )
  // Also beside other mistakes, so that one run shows every one.
  .superRefine(refuseHalf, { when: ({ value }) => isMapping(value) })
  .superRefine((given, context) => {
    if (given.preset !== undefined || Object.keys(conditions).some((key) => Object.hasOwn(given, key)))
      return;
    // A misspelt key was to be the condition.
    if (context.issues.some(({ code }) => code === "unrecognized_keys")) return;
    const message =
      "add a condition, such as `localPort: 9090`: this rule would fit every event. Where that is meant, name all kinds under `event`";
    context.addIssue({ code: "custom", message });
  })
  .transform((given): FilterEntry => given as FilterEntry)
  .meta({ anyOf: [{ required: ["preset"] }, { required: ["name", "action"] }] });

const rules = z
  .array(entry, { error: `write a list of rules, such as [${EXAMPLE}]` })
  .max(MAX_RULES, { error: `write at most ${MAX_RULES} rules` })
  .superRefine(refuseTwice, { when: ({ value }) => Array.isArray(value) && value.length <= MAX_RULES });

/** Rules, of which the first that fits decides. With nothing below (all commented out, say) there are none. */
export const filters = z.preprocess((given) => given ?? [], rules);

function parseKind(given: unknown): Parsed<EventKind> {
  const kind = EVENT_KINDS.find((known) => known === given);
  return kind === undefined ? { fix: oneOf(EVENT_KINDS, given) } : { value: kind };
}

/** A rule needs its name and what it does, and a preset has both. */
function refuseHalf(given: Readonly<Record<string, unknown>>, context: z.RefinementCtx): void {
  const say = (key: string, message: string) => context.addIssue({ code: "custom", path: [key], message });
  if (Object.hasOwn(given, "preset")) {
    for (const key of Object.keys(given)) {
      if (key !== "preset") say(key, "remove it: a preset stands alone, with its own name and conditions");
    }
    return;
  }
  if (!Object.hasOwn(given, "name")) say("name", SAY_NAME);
  if (!Object.hasOwn(given, "action")) say("action", "write drop or keep");
}

/** Counts of two rules could not be told apart. */
function refuseTwice(entries: readonly unknown[], context: z.RefinementCtx): void {
  const known = new Set<unknown>();
  for (const [index, given] of entries.entries()) {
    if (!isMapping(given)) continue;
    const key = Object.hasOwn(given, "preset") ? "preset" : "name";
    const name = given[key];
    if (typeof name === "string" && known.has(name)) {
      const message = "write another name: this one stands further up";
      const remove = "remove it: it already stands further up";
      context.addIssue({ code: "custom", path: [index, key], message: key === "name" ? message : remove });
    }
    known.add(name);
  }
}

function isMapping(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
