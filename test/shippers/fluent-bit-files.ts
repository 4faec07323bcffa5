import { readFileSync } from "node:fs";
import { join } from "node:path";
import { CHART } from "../chart/render.ts";

/** A section of Fluent Bit's classic configuration: its properties under their lower-case names. */
export type Section = Readonly<Record<string, string>>;

const read = (name: string) => readFileSync(join(CHART, "files/fluent-bit", name), "utf8");

export const PARSERS_CONF = read("parsers.conf");
export const PARSERS_YAML = read("parsers.yaml");

/** The sections `[KIND]`, by Fluent Bit's rules: a line is a comment, a title, or a property and its value. */
export function sections(text: string, kind: string): Section[] {
  const found: [string, Record<string, string>][] = [];
  for (const line of text.split("\n").map((each) => each.trim())) {
    if (line === "" || line.startsWith("#")) continue;
    const title = /^\[(\w+)\]$/.exec(line)?.[1];
    const [, name, value] = /^(\S+)\s+(.+)$/.exec(line) ?? [];
    const last = found.at(-1)?.[1];
    if (title !== undefined) found.push([title, {}]);
    else if (last !== undefined && name !== undefined && value !== undefined)
      last[name.toLowerCase()] = value;
    else throw new Error(`not Fluent Bit's configuration: ${line}`);
  }
  return found.filter(([title]) => title === kind).map(([, properties]) => properties);
}

/** The properties of the chart's parser of this name. */
export function parser(name: string): Section {
  const found = sections(PARSERS_CONF, "PARSER").filter((each) => each["name"] === name);
  if (found.length !== 1) throw new Error(`${found.length} parsers named ${name}`);
  return found[0] as Section;
}
