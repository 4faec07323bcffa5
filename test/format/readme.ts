import { readFileSync } from "node:fs";
import { compileAbnf } from "./abnf.ts";

const README = readFileSync(new URL("../../src/format/README.md", import.meta.url), "utf8");

/** The content of the README's only block in this language. */
export function block(language: string): string {
  const found = [...README.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\`$`, "gms"))];
  if (found.length !== 1) throw new Error(`${found.length} blocks of ${language} in the README`);
  return found[0]?.[1] as string;
}

/** The rows of the table whose first column has this title, as cells; ` is taken off. */
export function table(title: string): string[][] {
  const [, body] =
    new RegExp(`^\\| ${title} +\\|.*\\n\\| -+ \\|.*\\n((?:\\|.*\\n)+)`, "m").exec(README) ?? [];
  if (body === undefined) throw new Error(`no table of ${title} in the README`);
  const rows = body.trimEnd().split("\n");
  return rows.map((row) =>
    row
      .split("|")
      .slice(1, -1)
      .map((cell) => cell.trim().replace(/^`(.*)`$/, "$1")),
  );
}

/** Whether the README's grammar accepts this as a line of the text format. */
export const isTextLine: (line: string) => boolean = compileAbnf(block("abnf"), "line");
