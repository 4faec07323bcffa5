import assert from "node:assert/strict";
import { readLine } from "../scenario/read-line.ts";
import { eventually } from "./eventually.ts";
import { kubectl } from "./kubectl.ts";
import { isReady, NAMESPACE } from "./release.ts";
import type { Scene } from "./scene.ts";

/** Waits until a pod of netlog's is ready and has a line, in either format, of the pod `busy` of the scene. */
export async function assertLogs(pod: string, scene: Scene): Promise<void> {
  await eventually(`${pod} is ready`, async () => ((await isReady(pod)) ? true : undefined));
  const fields = await eventually("a line of the busy pod's", async () => {
    const log = await kubectl(["logs", pod, "--namespace", NAMESPACE]);
    const lines = log.split("\n").filter((line) => line.includes("busy") && !line.startsWith('{"level"'));
    return lines.map((line) => readLine(line).fields).find(({ pod }) => pod === "busy");
  });
  assert.deepEqual([fields["namespace"], fields["ns.team"]], [scene.namespace, "night"]);
}
