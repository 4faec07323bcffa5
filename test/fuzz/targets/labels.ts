import assert from "node:assert/strict";
import { labelFilter } from "../../../src/identity/labels.ts";

/** Lines of patterns, of patterns to leave out and of keys, parted by empty lines: the choice is that of a plain matcher. */
export function fuzz(data: Buffer): void {
  const [include = [], exclude = [], keys = []] = data
    .toString("utf8")
    .split("\n\n", 3)
    .map((part) =>
      part
        .split("\n")
        .slice(0, 8)
        .map((line) => line.slice(0, 64)),
    );
  const labels = new Map(keys.map((key) => [key, "x"]));
  const chosen = labelFilter({ include, exclude })(labels).map(([key]) => key);
  const isChosen = (key: string) =>
    include.some((pattern) => fits(pattern, key)) && !exclude.some((pattern) => fits(pattern, key));
  const expected = [...labels.keys()].filter(isChosen).sort();
  assert.deepEqual(chosen, expected);
}

/** Character by character: which ends of the pattern's beginning are reached. */
function fits(pattern: string, key: string): boolean {
  let reached = Array.from({ length: key.length + 1 }, (_, length) => length === 0);
  for (const character of pattern.split("")) {
    reached =
      character === "*"
        ? reached.map((_, length) => reached.slice(0, length + 1).includes(true))
        : reached.map(
            (_, length) => length > 0 && reached[length - 1] === true && key[length - 1] === character,
          );
  }
  return reached.at(-1) === true;
}
