import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { CHART } from "./render.ts";

/** A value of the chart: its path, its default, and the comment above it in values.yaml. */
export type Value = { readonly key: string; readonly standard: unknown; readonly description: string };

const README = join(CHART, "README.md");
const HEAD = "| value | default | |\n| --- | --- | --- |\n";
/** As long as one line of a table may be to be read. */
const SHOWN = 60;

export const valuesYaml = (): string => readFileSync(join(CHART, "values.yaml"), "utf8");

/**
 * All values of a values.yaml in its order. A value is what has no block of keys below it, or has a comment of its own
 * above such a block and none below.
 */
export function valuesOf(text: string): readonly Value[] {
  const lines = text.split("\n").map((line) => /^(\s*)(?:# ?(.*)|([A-Za-z]+):(.*))?$/.exec(line));
  const values: Value[] = [];
  let path: string[] = [];
  let comments: string[] = [];
  for (const [index, line] of lines.entries()) {
    const [, indentation = "", comment, key, given = ""] = line ?? [];
    if (comment !== undefined) comments.push(comment);
    else if (key !== undefined && !isBelowValue(indentation)) {
      path = [...path.slice(0, indentation.length / 2), key];
      if (given.trim() !== "" || isValue(index, indentation)) values.push(value());
      comments = [];
    } else comments = [];
  }
  return values;

  /** Whether a block is one value as a whole: a list, or keys without a comment. */
  function isValue(index: number, indentation: string): boolean {
    const below = text.split("\n").slice(index + 1);
    const end = below.findIndex((line) => line !== "" && !line.startsWith(`${indentation} `));
    return comments.length > 0 && !below.slice(0, end).some((line) => line.trim().startsWith("#"));
  }

  function isBelowValue(indentation: string): boolean {
    const parent = path.slice(0, indentation.length / 2).join(".");
    return parent !== "" && values.some(({ key }) => key === parent || parent.startsWith(`${key}.`));
  }

  function value(): Value {
    const standard = path.reduce((tree, key) => tree?.[key], parse(text));
    return { key: path.join("."), standard, description: comments.join(" ") };
  }
}

/** As README.md has it. */
export function valuesTable(values: readonly Value[]): string {
  const rows = values.map(({ key, standard, description }) => {
    const json = JSON.stringify(standard);
    const shown = json.length > SHOWN ? "see values.yaml" : `\`${json}\``;
    return `| \`${key}\` | ${shown} | ${description.replaceAll("|", "\\|")} |\n`;
  });
  return HEAD + rows.join("");
}

/** README.md as it is, and as it is to be. */
export function readmes(): { readonly is: string; readonly shouldBe: string } {
  const is = readFileSync(README, "utf8");
  const start = is.indexOf(HEAD);
  if (start === -1) throw new Error(`${README} has no table that begins ${HEAD}`);
  const end = is.indexOf("\n\n", start) + 1 || is.length;
  return { is, shouldBe: is.slice(0, start) + valuesTable(valuesOf(valuesYaml())) + is.slice(end) };
}

export function writeReadme(text: string): void {
  writeFileSync(README, text);
}
