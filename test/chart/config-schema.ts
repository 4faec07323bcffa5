import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { configJsonSchema } from "../../src/config/json-schema.ts";
import { CHART } from "./render.ts";

const FILE = join(CHART, "values.schema.json");
const CONFIG = "What netlog runs with, made from src/config/schema.ts by `npm run chart`.";

/** The chart's schema as it is, and as it is to be: what is below `config` is the program's. */
export function valuesSchemas(): { readonly is: object; readonly shouldBe: object } {
  const is = JSON.parse(readFileSync(FILE, "utf8"));
  const config = { description: CONFIG, ...configJsonSchema() };
  return { is, shouldBe: { ...is, properties: { ...is.properties, config } } };
}

export function writeValuesSchema(schema: object): void {
  writeFileSync(FILE, `${JSON.stringify(schema, null, 2)}\n`);
}
