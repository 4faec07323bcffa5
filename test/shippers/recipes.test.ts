import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { jsonFormatter } from "../../src/format/json.ts";
import { textFormatter } from "../../src/format/text.ts";
import { lines, OPTIONS } from "../format/samples.ts";
import { type Line, readLine } from "../scenario/read-line.ts";
import { BLOCKS, block } from "./page.ts";

const SAMPLES = { text: lines(textFormatter(OPTIONS)), json: lines(jsonFormatter(OPTIONS)) };
/** Without the line feeds. */
const LINES = { text: SAMPLES.text.map(trim), json: SAMPLES.json.map(trim) };
const MESSAGE = '{"level":30,"time":1,"msg":"watching"}';

const skip = spawnSync("jq", ["--version"], { stdio: "ignore" }).status === 0 ? false : "jq is not installed";
const folder = await mkdtemp(join(tmpdir(), "netlog-recipes-"));
after(() => rm(folder, { recursive: true }));

// A kubectl that knows the pod of node-1, its log and its netlog: a message of netlog's own among all sample lines.
await program("kubectl", [
  'case "$*" in',
  "  get*spec.nodeName=node-1*) echo pod/netlog-x7v2p ;;",
  `  logs*--prefix*) sed 's,^,[pod/netlog-x7v2p/netlog] ,' "$LOG" ;;`,
  '  logs*--selector*|logs*pod/netlog-x7v2p) cat "$LOG" ;;',
  '  "exec --namespace netlog --stdin daemonset/netlog -- netlog verify") netlog verify ;;',
  '  *) echo "no such kubectl: $*" >&2; exit 1 ;;',
  "esac",
]);
await program("netlog", [
  `exec "${process.execPath}" "${join(import.meta.dirname, "../../src/main.ts")}" "$@"`,
]);
for (const format of ["text", "json"] as const)
  await writeFile(join(folder, format), `${MESSAGE}\n${SAMPLES[format].join("")}`);

/** What a recipe prints about the samples, line by line. Only `netlog verify` may have something to complain of. */
function run(recipe: string, format: "text" | "json"): string[] {
  const { stdout, stderr } = spawnSync(
    "bash",
    ["-eo", "pipefail", "-c", block("sh lines") + block(`sh ${recipe}`)],
    {
      env: { ...process.env, PATH: `${folder}:${process.env["PATH"]}`, LOG: join(folder, format) },
      encoding: "utf8",
    },
  );
  assert.equal(stderr, "");
  return stdout.trimEnd().split("\n");
}

const ofPod = ({ fields }: Line) => fields["namespace"] === "shop" && fields["pod"] === "web-7d9f8";
const ofPayments = ({ fields }: Line) => fields["ns.team"] === "payments";
const failed = (line: Line) =>
  line.record === undefined && line.event === "tcp.connect" && line.fields["error"] !== undefined;

/** Which of the sample lines a recipe has to print. */
const RECIPES: Readonly<Record<string, (line: Line) => boolean>> = {
  "text-pod": ofPod,
  "text-pods": ({ fields }) => fields["namespace"] === "shop" && fields["pod"]?.startsWith("web-") === true,
  "text-namespace": (line) => line.fields["namespace"] === "shop",
  "text-label": ofPayments,
  "text-failed": failed,
  "json-pod": (line) => line.record === undefined && ofPod(line),
  "json-label": ofPayments,
  "json-failed": failed,
};

for (const [recipe, isWanted] of Object.entries(RECIPES)) {
  const format = recipe.startsWith("json") ? "json" : "text";
  test(`The recipe ${recipe} prints the lines that it promises and no others`, {
    skip: format === "json" && skip,
  }, () => {
    const expected = LINES[format].filter((line) => isWanted(readLine(line)));
    assert.notEqual(expected.length, 0);
    const found = run(recipe, format);
    if (format === "text") assert.deepEqual(found, expected);
    else
      assert.deepEqual(
        found.map((line) => JSON.parse(line)),
        expected.map((line) => JSON.parse(line)),
      );
    assert.doesNotMatch(found.join(""), /[\p{Cc}\p{Cf}]/u);
  });
}

test("Failed attempts are counted by error and peer", () => {
  assert.deepEqual(
    run("text-failed-count", "text").map((line) => line.trim()),
    ["2 ECONNREFUSED [2001:db8::1]:443"],
  );
});

test("One node's lines are its pod's", () => {
  assert.deepEqual(run("node", "text"), [MESSAGE, ...LINES.text]);
});

test("Lines with their pods in front are what netlog verify reads", () => {
  for (const format of ["text", "json"] as const) {
    const found = run("verify", format);
    assert.ok(found.includes("input: 31 lines; 30 of netlog's, 1 of others"), found.join("\n"));
  }
});

test("Each shell recipe of the page is tried here", () => {
  const others = ["lines", "node", "verify", "text-failed-count"];
  assert.deepEqual(
    BLOCKS.filter(({ info }) => info.startsWith("sh "))
      .map(({ info }) => info.slice(3))
      .sort(),
    [...Object.keys(RECIPES), ...others].sort(),
  );
});

async function program(name: string, script: readonly string[]): Promise<void> {
  await writeFile(join(folder, name), ["#!/bin/sh", ...script, ""].join("\n"));
  await chmod(join(folder, name), 0o755);
}

function trim(line: string): string {
  return line.slice(0, -1);
}
