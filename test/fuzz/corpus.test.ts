import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { corpusFolder, TARGETS, targetFile } from "./targets.ts";

for (const target of TARGETS) {
  test(`The fuzzer's target ${target} finds nothing wrong in its corpus`, async () => {
    const { fuzz } = (await import(targetFile(target))) as { fuzz: (data: Buffer) => void };
    const inputs = readdirSync(corpusFolder(target));
    assert.ok(inputs.length > 0);
    for (const input of inputs) fuzz(readFileSync(join(corpusFolder(target), input)));
    fuzz(Buffer.alloc(0));
  });
}
