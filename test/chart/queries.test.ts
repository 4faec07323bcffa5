import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { METRICS } from "../../src/account/metrics.ts";
import { promtool } from "../promtool.ts";
import { alerts, dashboard, queries, RULES } from "./queries.ts";
import { CHART } from "./render.ts";

/** Those of kube-state-metrics that the alerts' own comment and the README name. */
const FOREIGN = ["kube_daemonset_status_desired_number_scheduled", "kube_daemonset_status_number_ready"];
/** What Prometheus puts on a scraped pod's series, or kube-state-metrics on a DaemonSet's. */
const OF_TARGETS = ["node", "pod", "instance", "daemonset"];

const namesIn = (text: string) =>
  [...text.matchAll(/\b(?:netlog|process|kube|up)_[a-z_]+/g)].map(([name]) => name);

for (const { of, expr, legend } of queries()) {
  test(`${of} asks for metrics and labels that there are: ${expr.replace(/\s+/g, " ")}`, () => {
    const names = namesIn(expr);
    const metrics = METRICS.filter(({ name }) => names.includes(name));
    assert.ok(names.length > 0);
    for (const name of names)
      assert.ok(FOREIGN.includes(name) || metrics.some((metric) => metric.name === name), name);
    const labels = new Set([...OF_TARGETS, ...metrics.flatMap((metric) => metric.labels)]);
    const used = [
      ...[...expr.matchAll(/\b(?:by|on) \(([^)]*)\)/g)].flatMap(([, list = ""]) => list.split(", ")),
      ...[...expr.matchAll(/\b([a-z]+)(?:=|!=|=~)"/g)].map(([, label]) => label as string),
      ...[...legend.matchAll(/\{\{ ?(?:\$labels\.)?([a-z]+) ?\}\}/g)].map(([, label]) => label as string),
    ];
    for (const label of used) assert.ok(labels.has(label), label);
  });
}

test("Each panel has its own place and number, and asks for something", () => {
  const panels = dashboard().panels as unknown as Panel[];
  const cells = panels.flatMap(({ gridPos: { x, y, w, h } }) =>
    Array.from({ length: w * h }, (_, n) => `${x + (n % w)} ${y + Math.floor(n / w)}`),
  );
  assert.equal(new Set(cells).size, cells.length);
  assert.ok(panels.every(({ gridPos: { x, w } }) => x + w <= 24));
  assert.equal(new Set(panels.map(({ id }) => id)).size, panels.length);
  assert.ok(panels.every(({ targets }) => targets.length > 0));
});

type Panel = {
  readonly id: number;
  readonly targets: readonly unknown[];
  readonly gridPos: Readonly<Record<"x" | "y" | "w" | "h", number>>;
};

test("The README says of each alert what to do, and of no other", () => {
  const readme = readFileSync(join(CHART, "../../README.md"), "utf8");
  const rows = [...readme.matchAll(/^\| `(Netlog\w+)` \| .+ \| .+ \|$/gm)].map(([, alert]) => alert);
  assert.deepEqual(
    rows.sort(),
    alerts()
      .map(({ alert }) => alert)
      .sort(),
  );
});

const { skip, run } = promtool();

test("promtool finds nothing to say about the rules", { skip }, () => {
  const { status, output } = run(["check", "rules", "--lint=all", "--lint-fatal", RULES]);
  assert.equal(status, 0, output);
  assert.doesNotMatch(output, /error|duplicate/i);
});
