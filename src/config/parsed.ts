import * as z from "zod";

import { nearest } from "./nearest.ts";

/** What became of a given value: what it means, or how to write it right (an instruction: "write …"). */
export type Parsed<T> = { readonly value: T } | { readonly fix: string };

/** What JSON Schema can say of a notation, for who has no netlog at hand (json-schema.ts); it may allow too much. */
export type JsonSchema = Readonly<Record<string, unknown>>;

/** A schema out of a function that knows one notation. */
export function notation<T>(parse: (given: unknown) => Parsed<T>, written: JsonSchema) {
  return z
    .unknown()
    .transform((given, context): T => {
      const result = parse(given);
      if ("value" in result) return result.value;
      context.addIssue({ code: "custom", message: result.fix });
      return z.NEVER;
    })
    .meta(written);
}

/** How to write one of a few words, when `given` is none of them. */
export function oneOf(words: readonly string[], given: unknown): string {
  const meant = typeof given === "string" ? nearest(given, words) : undefined;
  if (meant !== undefined && meant !== given) return `did you mean \`${meant}\`?`;
  return `write ${words.slice(0, -1).join(", ")} or ${words.at(-1)}`;
}
