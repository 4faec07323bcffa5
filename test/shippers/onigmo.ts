import { spawnSync } from "node:child_process";
import { join } from "node:path";

export type Groups = Readonly<Record<string, string>>;

/** Why nothing can be matched by Onigmo here, as node:test's `skip` takes it: a sentence, or false. */
export function lackingOnigmo(): string | false {
  const { status } = spawnSync("ruby", ["-e", 'require "json"'], { stdio: "ignore" });
  return status === 0 ? false : "ruby, whose engine Fluent Bit matches with, is not installed";
}

/**
 * What the expression takes out of each line, as Fluent Bit's regex parser does: groups that matched nothing, or an
 * empty text, are left out (`Skip_Empty_Values`). Undefined for a line that it does not fit.
 */
export function match(regex: string, lines: readonly string[]): (Groups | undefined)[] {
  const { stdout, stderr, status } = spawnSync("ruby", [join(import.meta.dirname, "onigmo.rb")], {
    input: JSON.stringify({ regex, lines }),
    env: { ...process.env, LC_ALL: "C.UTF-8" },
    encoding: "utf8",
    maxBuffer: 1 << 30,
  });
  if (status !== 0) throw new Error(stderr);
  return stdout
    .trimEnd()
    .split("\n")
    .map((line) => (JSON.parse(line) as Groups | null) ?? undefined);
}
