import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { test } from "node:test";

const ROOT = new URL("../", import.meta.url).pathname;
const MAX_LINES = 250;
const IMPORT = /(?:\bfrom\s*|\bimport\s*\(?\s*)["'](\.[^"']*)["']/g;

const read = (path: string) => readFileSync(join(ROOT, path), "utf8");
const files = (pattern: string) => globSync(pattern, { cwd: ROOT }).toSorted();

/** The files that this one imports, as paths from the root. */
function imports(path: string): string[] {
  return [...read(path).matchAll(IMPORT)].map(([, target]) => join(dirname(path), target as string));
}

/** The folder directly below src/ that a file is in; none for a file in src/ itself. */
function stageOf(path: string): string | undefined {
  return /^src\/([^/]+)\//.exec(path)?.[1];
}

/** The stages that a file of src/ itself brings with it. */
function stagesBehind(path: string, seen = new Set<string>()): string[] {
  if (seen.has(path)) return [];
  seen.add(path);
  const stage = stageOf(path);
  return stage === undefined ? imports(path).flatMap((target) => stagesBehind(target, seen)) : [stage];
}

const inStages = files("src/*/**/*.ts");
const stages = [...new Set(inStages.map(stageOf))];

test("The stages are found, and so are their imports", () => {
  assert.ok(["format", "parse", "probe", "sink", "socket"].every((stage) => stages.includes(stage)));
  assert.ok(imports("src/format/text.ts").includes("src/event.ts"));
  assert.ok(stagesBehind("src/pipeline.ts").includes("format"));
});

for (const stage of stages) {
  test(`The stage ${stage} imports no other stage`, () => {
    const others = inStages
      .filter((path) => stageOf(path) === stage)
      .flatMap((path) => imports(path).map((target) => ({ path, target })))
      .filter(({ target }) => stageOf(target) !== stage)
      .flatMap(({ path, target }) => stagesBehind(target).map((other) => `${path}: ${target} (${other})`));
    assert.deepEqual(others, []);
  });

  test(`The stage ${stage} stays inside src`, () => {
    const outside = inStages
      .filter((path) => stageOf(path) === stage)
      .flatMap((path) => imports(path).filter((target) => !target.startsWith("src/")));
    assert.deepEqual(outside, []);
  });
}

test(`No file of code has more than ${MAX_LINES} lines`, () => {
  const lengths = files("{src,test,probes}/**/*.{ts,bt,c,h,sh}")
    .map((path) => ({ path, lines: read(path).split("\n").length - 1 }))
    .filter(({ lines }) => lines > MAX_LINES);
  assert.deepEqual(lengths, []);
});
