import type * as z from "zod";

import type { Flags, Overrides } from "./config/command-line.ts";
import { ConfigError } from "./config/error.ts";
import { readText } from "./config/file.ts";
import { type DeepReadonly, deepFreeze } from "./config/freeze.ts";
import type { Problem } from "./config/positions.ts";
import { describe } from "./config/problems.ts";
import { schema } from "./config/schema.ts";
import { parseYaml } from "./config/yaml.ts";

export type { Flags, Overrides };
export { ConfigError };

/** What netlog runs with. Shape, defaults and bounds: config/schema.ts. It is frozen throughout. */
export type Config = DeepReadonly<z.output<typeof schema>>;

/** Reads the file that the flags name; without one there are the defaults. Throws ConfigError. */
export function readConfig(flags: Flags): Config {
  return flags.config === undefined
    ? parseConfig("", "defaults", flags)
    : parseConfig(readText(flags.config), flags.config, flags);
}

/**
 * The configuration that a text of YAML means. Throws a ConfigError with all its problems, each as
 * `fileName:line:column: …`; mistakes in the YAML itself come first and alone, for the rest cannot be known.
 */
export function parseConfig(text: string, fileName: string, overrides: Overrides): Config {
  const source = parseYaml(text);
  const fail = (problems: readonly Problem[]) => {
    const inOrder = problems.toSorted((one, other) => one.offset - other.offset);
    return new ConfigError(
      inOrder.map(({ offset, text }) => `${fileName}:${source.lineColumn(offset)}: ${text}`),
    );
  };
  if (source.syntax.length > 0) throw fail(source.syntax);

  // A file of nothing but comments holds null.
  const result = schema.safeParse(source.value ?? {});
  const mistakes = result.success ? [] : describe(result.error, schema, source);
  if (!result.success || source.duplicates.length > 0) throw fail([...source.duplicates, ...mistakes]);

  const { data } = result;
  return deepFreeze({
    ...data,
    format: overrides.format ?? data.format,
    kubernetes: overrides.kubernetes ?? data.kubernetes,
    log: { ...data.log, level: overrides.logLevel ?? data.log.level },
  });
}
