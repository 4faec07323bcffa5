import * as z from "zod";

import type { LabelConditions } from "../rule.ts";
import { parseLabelKey, parseLabelValue } from "./names.ts";

const MAX = 20;

const VALUE = { type: "string" };
const WRITTEN = {
  type: "object",
  minProperties: 1,
  maxProperties: MAX,
  additionalProperties: { anyOf: [VALUE, { type: "array", items: VALUE, minItems: 1 }] },
};

const conditions = z.unknown().transform((given, context): LabelConditions => {
  const say = (message: string, path: (string | number)[] = []) => {
    context.addIssue({ code: "custom", message, path, input: given });
    return [];
  };
  if (typeof given !== "object" || given === null || Array.isArray(given))
    return say("write keys with values, such as { team: payments }");
  const labels = Object.entries(given);
  if (labels.length === 0) return say("name at least one label, or remove the key");
  if (labels.length > MAX) return say(`name at most ${MAX} labels`);
  return labels.map(([key, value]) => {
    const known = parseLabelKey(key);
    if ("fix" in known) say(known.fix, [key]);
    const values: unknown[] = Array.isArray(value) ? value : [value];
    if (values.length === 0) say("name at least one value, or remove the key", [key]);
    const patterns = values.flatMap((one, index) => {
      const result = parseLabelValue(one);
      if ("value" in result) return [result.value];
      return say(result.fix, Array.isArray(value) ? [key, index] : [key]);
    });
    return [key, patterns];
  });
});

/** Keys of labels, each with the pattern of its value, or with several. */
export const labelConditions = conditions.meta(WRITTEN);
