import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { assertLogs } from "./assert-logs.ts";
import { eventually } from "./eventually.ts";
import { pushNetlog, pushNextNetlog } from "./images.ts";
import { get, kubectl } from "./kubectl.ts";
import { madeBy, type PlacedMade } from "./made.ts";
import { keyOf, NetlogLog } from "./netlog-log.ts";
import {
  CONFIG,
  installNetlog,
  NAMESPACE,
  netlogPod,
  netlogPods,
  rollback,
  uninstall,
  upgrade,
} from "./release.ts";
import { lackingCluster } from "./requirements.ts";
import { Scene } from "./scene.ts";
import { verify } from "./verify.ts";

const WAIT = ["--wait", "--timeout", "30m"];
/** Less than the minute after which the kernel connects from a port again. */
const REUSE_MS = 30_000;
const KINDS = "all,serviceaccounts,configmaps,roles,rolebindings,networkpolicies";

const skip = await lackingCluster();

describe("A release of the chart", { skip }, () => {
  let scene: Scene;
  let image: Awaited<ReturnType<typeof pushNetlog>>;

  before(async () => {
    await uninstall();
    image = await pushNetlog();
    scene = await Scene.open("release", { team: "night" });
    await scene.run("running", "busy", { main: ["repeat", ...scene.server] });
  });
  after(async () => {
    await scene?.close();
    await installNetlog(); // as the other tests have it
  });

  const busyMade = () => madeBy(scene.place("busy", "main"));

  /** What the pod has made from some time of the node's on until now, with the lines that there are of it. */
  async function lineCounts(made: readonly PlacedMade[], logs: readonly NetlogLog[]) {
    const lines = Map.groupBy(
      logs.flatMap(({ events }) => events),
      keyOf,
    );
    return made.map((each) => ({
      made: keyOf(each),
      lines: (lines.get(keyOf(each)) ?? []).filter(
        ({ time }) => Math.abs(Date.parse(time) - each.atMs) < REUSE_MS,
      ).length,
    }));
  }

  test("logs a pod's connection soon after helm install, and its text and JSON are netlog's", async (t) => {
    const tracing = await scene.node.tracing();
    assert.deepEqual(tracing.holders, [], "nothing of the release before is left");
    const startedMs = performance.now();
    await upgrade(image, { config: CONFIG }, []);
    await eventually("a pod", async () => ((await netlogPods()).length > 0 ? true : undefined));
    const pod = (await netlogPods())[0] as string;
    await assertLogs(pod, scene);
    t.diagnostic(
      `${Math.round((performance.now() - startedMs) / 1000)} s after helm install, on an emulated node`,
    );

    await upgrade(image, { config: { ...CONFIG, format: "json" } }, WAIT);
    await assertLogs(await netlogPod(), scene);
    await rollback();
    const log = await kubectl(["logs", await netlogPod(), "--namespace", NAMESPACE]);
    assert.match(log, /^[^{].* netlog: #start /m, "the revision before was text");
  });

  test("takes up a rule that helm upgrade brings, without a restart and without losing or doubling an event", async () => {
    const pod = await netlogPod();
    using log = new NetlogLog(pod);
    const since = (await busyMade()).length;
    await delay(10_000);
    const rule = { name: "busy", action: "drop", event: "tcp.close", pod: "busy" };
    await upgrade(image, { config: { ...CONFIG, filters: [rule] } }, WAIT);
    await log.until("the rule at work", ({ records }) =>
      records.find(({ fields }) => Number(fields["filtered.busy"] ?? 0) >= 5),
    );
    assert.equal(await netlogPod(), pod);
    const { containerStatuses = [] } = (await get("pod", pod, NAMESPACE)).status;
    assert.deepEqual(
      containerStatuses.map(({ restartCount }) => restartCount),
      [0],
    );
    const made = (await busyMade()).slice(since);
    const last = made.at(-1) as PlacedMade;
    await log.until("stats since then", ({ records }) =>
      records.find(({ record, time }) => record === "#stats" && Date.parse(time) > last.atMs + 5000),
    );
    const counts = await lineCounts(made, [log]);
    const connects = counts.filter(({ made }) => made.startsWith("tcp.connect"));
    const closes = counts.filter(({ made }) => made.startsWith("tcp.close"));
    assert.deepEqual(
      connects.filter(({ lines }) => lines !== 1),
      [],
    );
    const first = closes.findIndex(({ lines }) => lines === 0);
    assert.ok(first > 0, "closes before the rule have their lines");
    assert.deepEqual(
      closes.slice(0, first).filter(({ lines }) => lines !== 1),
      [],
    );
    assert.deepEqual(
      closes.slice(first).filter(({ lines }) => lines !== 0),
      [],
      "from one event to the next the rule holds",
    );
    await upgrade(image, { config: CONFIG }, WAIT);
    await log.until("the rule gone", ({ records }) =>
      records.find(({ fields }) => fields["config.reloads"] === "2"),
    );
  });

  test("is upgraded to another image under traffic, and back, without a gap: each connection appears at least once", async (t) => {
    let pod = await netlogPod();
    const logs = [new NetlogLog(pod)];
    t.after(() => {
      for (const log of logs) log[Symbol.dispose]();
    });
    const since = (await busyMade()).length;
    const next = await pushNextNetlog();
    assert.notEqual(next.tag, image.tag);
    for (const change of [() => upgrade(next, { config: CONFIG }, WAIT), rollback]) {
      const followed = followNew(pod, logs);
      await change();
      pod = await netlogPod();
      await followed;
    }
    const made = (await busyMade()).slice(since);
    const last = made.at(-1) as PlacedMade;
    await logs
      .at(-1)
      ?.until("stats since then", ({ records }) =>
        records.find(({ record, time }) => record === "#stats" && Date.parse(time) > last.atMs + 5000),
      );
    assert.equal(logs.length, 3);
    const counts = await lineCounts(made, logs);
    t.diagnostic(
      `${made.length} events: ${counts.filter(({ lines }) => lines === 1).length} once, ${counts.filter(({ lines }) => lines > 1).length} by two runs`,
    );
    assert.ok(made.length > 20);
    assert.deepEqual(
      counts.filter(({ lines }) => lines < 1),
      [],
    );
    const { status, report } = await verify(logs.flatMap(({ raw }) => raw).join("\n"));
    assert.equal(status, 0, report);
    t.diagnostic(report.split("\n").at(-2) ?? "");
  });

  test("that is uninstalled leaves neither programs nor probes nor objects behind", async () => {
    assert.notDeepEqual((await scene.node.tracing()).holders, []);
    await uninstall();
    await eventually("no pod of it", async () => ((await netlogPods()).length === 0 ? true : undefined));
    const { holders, probed } = await scene.node.tracing();
    assert.deepEqual(holders, []);
    assert.deepEqual(
      probed.filter((line) => /tcp_|inet|udp|sock_graft|datagram/.test(line)),
      [],
    );
    const left = await kubectl(["get", KINDS, "--namespace", NAMESPACE, "--output=name"]);
    // What every namespace has of the cluster's own.
    assert.deepEqual(left.trim().split("\n").sort(), [
      "configmap/kube-root-ca.crt",
      "serviceaccount/default",
    ]);
    const cluster = await kubectl(["get", "clusterroles,clusterrolebindings", "--output=name"]);
    assert.doesNotMatch(cluster, /netlog/);
  });

  /** Follows the log of the pod that takes this one's place, from its beginning. */
  async function followNew(old: string, logs: NetlogLog[]): Promise<void> {
    const pod = await eventually("the new pod", async () => {
      const fresh = (await netlogPods()).find((name) => name !== old);
      if (fresh === undefined) return undefined;
      const { containerStatuses = [] } = (await get("pod", fresh, NAMESPACE)).status;
      return containerStatuses[0]?.state?.running === undefined ? undefined : fresh;
    });
    logs.push(new NetlogLog(pod));
  }
});
