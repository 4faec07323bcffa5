import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { assertWhose } from "./assert-whose.ts";
import { eventually } from "./eventually.ts";
import { create, get, kubectl, waitFor } from "./kubectl.ts";
import { madeBy, madeByExec, type PlacedMade } from "./made.ts";
import { NetlogLog, type Whose, whose } from "./netlog-log.ts";
import { namespace, pod } from "./objects.ts";
import { installNetlog, NAMESPACE, netlogPod, RELEASE } from "./release.ts";
import { lackingCluster } from "./requirements.ts";
import { Scene } from "./scene.ts";

const skip = await lackingCluster();

describe("Lines follow what changes", { skip }, () => {
  let scene: Scene;
  let netlog: string;
  let log: NetlogLog;

  before(async () => {
    await installNetlog();
    netlog = await netlogPod();
    log = new NetlogLog(netlog);
    scene = await Scene.open("changes", { team: "before" });
    await scene.run("running", "idle", { main: ["sleep", 100_000] });
    await scene.run("running", "busy", { main: ["repeat", ...scene.server] });
  });
  after(async () => {
    log?.[Symbol.dispose]();
    await scene?.close();
  });

  const connectFromIdle = () => madeByExec(scene.place("idle", "main"), ["connect", ...scene.server]);

  async function teamOf([made]: readonly PlacedMade[]): Promise<string | undefined> {
    const [found] = await log.linesOf([made as PlacedMade]);
    return found && whose(found.line)["ns.team"];
  }

  test("A namespace's new label is on the lines of a pod that ran before", async (t) => {
    await assertWhose(log, await connectFromIdle(), { "ns.team": "before" });
    const changedMs = performance.now();
    await kubectl(["label", "namespace", scene.namespace, "team=after", "--overwrite"]);
    await eventually("a line with the new label", async () =>
      (await teamOf(await connectFromIdle())) === "after" ? true : undefined,
    );
    t.diagnostic(`the first one at most ${Math.round(performance.now() - changedMs)} ms later`);
    await assertWhose(log, await connectFromIdle(), { "ns.team": "after" });
  });

  test("A namespace that came again under its name has the lines of its pods with its new labels", async (t) => {
    const name = `${scene.namespace}-again`;
    t.after(() => kubectl(["delete", "namespace", name, "--ignore-not-found", "--wait=false"]));
    for (const labels of [{ team: "red" }, { owner: "blue" }]) {
      await create(namespace(name, labels));
      await eventually("its service account", () =>
        kubectl(["get", "serviceaccount", "default", "--namespace", name]).catch(() => undefined),
      );
      await create(pod(scene.image, name, "one", { main: ["connect", ...scene.server] }));
      await waitFor("jsonpath={.status.phase}=Succeeded", "pod/one", name);
      const made = await madeBy({ namespace: name, pod: "one", container: "main" });
      const expected = Object.entries(labels).map(([key, value]) => [`ns.${key}`, value]);
      await assertWhose(log, made, Object.fromEntries(expected));
      await kubectl(["delete", "namespace", name, "--timeout=1200s"]);
    }
  });

  test("A netlog that starts after the pods knows them from its first line on", async (t) => {
    await kubectl(["rollout", "restart", `daemonset/${RELEASE}`, "--namespace", NAMESPACE]);
    const old = netlog;
    netlog = await netlogPod();
    assert.notEqual(netlog, old);
    log[Symbol.dispose]();
    log = new NetlogLog(netlog);
    const { podIP } = (await get("pod", "busy", scene.namespace)).status;
    const lines = await log.until("ten connections", ({ events }) => {
      const found = events.filter(({ local }) => local.startsWith(`${podIP}:`));
      return found.length >= 20 ? found : undefined;
    });
    const expected: Whose = { ...scene.place("busy", "main"), "ns.team": "after" };
    const others = lines.filter((line) => JSON.stringify(whose(line)) !== JSON.stringify(expected));
    t.diagnostic(`${lines.length} lines`);
    assert.deepEqual(others, []);
  });
});
