import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { jsonFormatter } from "../../src/format/json.ts";
import { textFormatter } from "../../src/format/text.ts";
import { CHART } from "../chart/render.ts";
import { lineBytes, linesPerSecond, NODES, rows } from "./volume.ts";

const OPTIONS = { node: "n", run: "r" };

test("The table of the page for the security review is what the assumptions give", () => {
  const page = readFileSync(join(CHART, "SECURITY.md"), "utf8");
  for (const cells of rows()) assert.ok(page.includes(`\n| ${cells.join(" | ")} |\n`), cells.join(" | "));
  for (const { name, pods, connectionEnds, loopback } of NODES)
    assert.ok(page.includes(`\n| ${name} | ${pods} | ${connectionEnds} | ${loopback} |\n`), name);
});

test("A probe makes four lines, a connection's end two, one over loopback four", () => {
  const node = { name: "", pods: 30, probesPerPod: 2, probePeriod: 10, connectionEnds: 7, loopback: 3 };
  // 60 probes in 10 seconds.
  assert.deepEqual(linesPerSecond(node), { probes: 24, loopback: 12, pods: 14 });
});

test("A day of a quiet node with presets is two lines a second", () => {
  const [, quiet = []] = rows();
  assert.deepEqual(quiet.slice(0, 4), ["quiet", "all", "2", "0.2"]);
  // 172,800 lines of between 200 and 350 bytes; the runtime puts some 40 in front, and 52 MB are kept.
  assert.ok(Number(quiet[4]) >= 0.03 && Number(quiet[4]) <= 0.06, quiet[4]);
  assert.ok(Number.parseInt(quiet[6] ?? "", 10) >= 18 && Number.parseInt(quiet[6] ?? "", 10) <= 30, quiet[6]);
});

test("A line of JSON takes between two and four times a line of text", () => {
  const [text, json] = [lineBytes(textFormatter(OPTIONS)), lineBytes(jsonFormatter(OPTIONS))];
  assert.ok(json.pod > 2 * text.pod && json.pod < 4 * text.pod, `${text.pod} ${json.pod}`);
});
