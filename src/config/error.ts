import { printable } from "./quote.ts";

/** More would scroll the first ones away, and what follows is mostly the same mistake again. */
const SHOWN = 20;

/**
 * What the user gave, on the command line or in the file, cannot be used.
 *
 * The message is all there is to print: one line per problem, each with its place and the fix, free of
 * control characters whatever stood in the input. It is not thrown for faults of netlog itself.
 */
export class ConfigError extends Error {
  override readonly name = "ConfigError";

  constructor(problems: readonly string[], options?: ErrorOptions) {
    const lines = problems.slice(0, SHOWN).map(printable);
    if (problems.length > SHOWN) lines.push(`and ${problems.length - SHOWN} more`);
    super(lines.join("\n"), options);
  }
}
