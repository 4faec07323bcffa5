import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { parse } from "yaml";
import { GOLDENS, manifests, readGolden, SCENARIOS, valuesFile } from "./goldens.ts";
import { HELMS, lackingHelm as skip, versionOf } from "./helms.ts";
import { CHART, objects, template } from "./render.ts";

for (const helm of skip ? ["no Helm"] : HELMS) {
  const version = skip ? helm : `Helm ${versionOf(helm)}`;

  for (const [file, made] of GOLDENS) {
    test(`${version}: golden/${file} is what the chart makes`, { skip }, async () => {
      assert.equal(await made(helm), readGolden(file));
    });
  }

  test(`${version}: lint has nothing to say of any scenario`, { skip }, () => {
    for (const scenario of SCENARIOS) {
      const args = ["lint", "--strict", CHART, "--values", valuesFile(scenario)];
      const { status, stdout, stderr } = spawnSync(helm, args, { encoding: "utf8" });
      assert.equal(status, 0, stdout + stderr);
    }
  });

  test(`${version}: below another chart, with its globals, it makes the same objects`, { skip }, (t) => {
    const chart = parentChart(t);
    for (const scenario of SCENARIOS) {
      const alone = objects(manifests(scenario, helm));
      const values = {
        global: { registry: "registry.example" },
        netlog: parse(readFileSync(valuesFile(scenario), "utf8")),
      };
      const { text, error } = template(["--values", "-"], { chart, helm, input: JSON.stringify(values) });
      assert.equal(error, "");
      assert.deepEqual(objects(text), alone);
    }
  });
}

/** A chart with nothing of its own. */
function parentChart(t: TestContext): string {
  const chart = mkdtempSync(join(tmpdir(), "netlog-parent-"));
  t.after(() => rmSync(chart, { recursive: true }));
  writeFileSync(join(chart, "Chart.yaml"), "apiVersion: v2\nname: parent\nversion: 1.0.0\n");
  cpSync(CHART, join(chart, "charts/netlog"), { recursive: true });
  return chart;
}

test("Of each scenario there are goldens, and no others", () => {
  const files = readdirSync(new URL("golden", import.meta.url));
  assert.deepEqual(files.sort(), [...GOLDENS.keys()].sort());
  assert.ok(SCENARIOS.includes("default") && SCENARIOS.includes("least"));
});
