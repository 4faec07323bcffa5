import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { manifests, SCENARIOS } from "../chart/goldens.ts";
import { HELMS, lackingHelm } from "../chart/helms.ts";
import { CHART, type Manifest, objects } from "../chart/render.ts";
import { kubectl } from "./kubectl.ts";
import { lackingCluster } from "./requirements.ts";

const skip = (await lackingCluster()) || lackingHelm;

describe("The API server takes what the chart makes, in a dry run", { skip }, () => {
  for (const scenario of SCENARIOS) {
    test(scenario, async (t) => {
      await dryRun(t, objects(manifests(scenario, HELMS[0] as string)));
    });
  }

  test("the example of a sidecar", async (t) => {
    await dryRun(t, objects(readFileSync(join(CHART, "examples/sidecar.yaml"), "utf8")));
  });
});

/** Each object has to be taken, but those of kinds that this server does not know, which it names. */
async function dryRun(t: { diagnostic(message: string): void }, all: readonly Manifest[]): Promise<void> {
  const served = new Set((await kubectl(["api-versions"])).trim().split("\n"));
  const [known, unknown] = [true, false].map((is) =>
    all.filter(({ apiVersion }) => served.has(apiVersion) === is),
  );
  for (const { apiVersion, kind } of unknown ?? [])
    t.diagnostic(`not tried, for want of ${apiVersion}: ${kind}`);
  // In a namespace that is there: a dry run makes none.
  const items = (known ?? []).map((object) =>
    object.metadata.namespace === undefined
      ? object
      : { ...object, metadata: { ...object.metadata, namespace: "default" } },
  );
  const list = JSON.stringify({ apiVersion: "v1", kind: "List", items });
  // Strict: a field that the API does not know is a mistake.
  const args = ["apply", "--dry-run=server", "--validate=strict", "--filename=-"];
  const said = await kubectl(args, list);
  assert.equal(said.match(/ \(server dry run\)$/gm)?.length, items.length, said);
}
