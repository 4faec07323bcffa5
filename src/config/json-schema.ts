import * as z from "zod";
import type { JsonSchema } from "./parsed.ts";
import { schema } from "./schema.ts";

/**
 * The configuration file as JSON Schema (draft 7), for the chart's values. It allows all that netlog takes, and refuses
 * what a schema can: what takes knowing two keys at once (a close without its opening, say) is left to netlog.
 */
export function configJsonSchema(): JsonSchema {
  const { $schema: _, ...whole } = z.toJSONSchema(schema, {
    io: "input",
    target: "draft-7",
    unrepresentable: "any",
    override: ({ zodSchema, jsonSchema }) => {
      // All keys have a default, also those with keys below them, which zod cannot tell of a preprocess.
      delete jsonSchema.required;
      if (isPreprocess(zodSchema) && typeof jsonSchema.type === "string")
        Object.assign(jsonSchema, { type: [jsonSchema.type, "null"] });
    },
  });
  return whole;
}

/** Of those that schema.ts has, each takes nothing for its defaults. */
function isPreprocess({ _zod }: z.core.$ZodType): boolean {
  const { def } = _zod;
  return def.type === "pipe" && (def as z.core.$ZodPipeDef).in._zod.def.type === "transform";
}
