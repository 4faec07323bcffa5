import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { configJsonSchema } from "../../src/config/json-schema.ts";
import { CHART } from "./render.ts";

const FILE = join(CHART, "values.schema.json");
const CONFIG = "What netlog runs with, made from src/config/schema.ts by `npm run chart`.";

const MISPLACED = { description: "It belongs below config; the templates refuse it here, and say so." };

/** The keys of the program's configuration. */
export function configKeys(): readonly string[] {
  return Object.keys((configJsonSchema() as { properties: object }).properties);
}

/**
 * The chart's schema as it is, and as it is to be: what is below `config` is the program's. Its keys at the top are let
 * through, for Helm's own message on a key that is too much does not say where it belongs.
 */
export function valuesSchemas(): { readonly is: object; readonly shouldBe: object } {
  const is = JSON.parse(readFileSync(FILE, "utf8"));
  const config = { description: CONFIG, ...configJsonSchema() };
  const misplaced = Object.fromEntries(configKeys().map((key) => [key, MISPLACED]));
  return { is, shouldBe: { ...is, properties: { ...is.properties, config, ...misplaced } } };
}

export function writeValuesSchema(schema: object): void {
  writeFileSync(FILE, `${JSON.stringify(schema, null, 2)}\n`);
}
