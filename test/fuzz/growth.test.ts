import assert from "node:assert/strict";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { measureGrowth } from "./growth.ts";

for (const [what, source, isClear] of [
  [
    "keeps a little of each input",
    "const kept = []; exports.fuzz = (data) => kept.push(Array.from(data))",
    true,
  ],
  ["keeps nothing", "exports.fuzz = (data) => { data.toString('hex').split('a'); }", false],
] as const) {
  test(`A target that ${what} ${isClear ? "is found to grow" : "does not grow"}`, async (t) => {
    const folder = await mkdtemp(join(tmpdir(), "netlog-growth-"));
    t.after(() => rm(folder, { recursive: true }));
    const [bundle, corpus] = [join(folder, "target.cjs"), join(folder, "corpus")];
    await writeFile(bundle, source);
    await mkdir(corpus);
    for (let index = 0; index < 10; index++) await writeFile(join(corpus, `${index}`), `input ${index}`);
    const growth = await measureGrowth(bundle, corpus);
    assert.equal(growth.isClear, isClear, JSON.stringify(growth));
  });
}
