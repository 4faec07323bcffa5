import * as z from "zod";

import type { JsonSchema, Parsed } from "./parsed.ts";

const MAX = 100;

/** One value of a notation, or a list of them; a list with it alone where it is one. */
export function oneOrMore<T>(parse: (given: unknown) => Parsed<T>, one: JsonSchema) {
  const written = { anyOf: [one, { type: "array", items: one, minItems: 1, maxItems: MAX }] };
  const values = z.unknown().transform((given, context): readonly T[] => {
    const values = Array.isArray(given) ? given : [given];
    const say = (message: string, path: number[] = []) =>
      context.addIssue({ code: "custom", message, path, input: given });
    if (values.length === 0) say("name at least one, or remove the key");
    if (values.length > MAX) say(`name at most ${MAX}`);
    return values.slice(0, MAX).flatMap((value, index) => {
      const result = parse(value);
      if ("value" in result) return [result.value];
      say(result.fix, Array.isArray(given) ? [index] : []);
      return [];
    });
  });
  return values.meta(written);
}
