import assert from "node:assert/strict";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { lackingRsyslog, ship } from "../shippers/rsyslog.ts";
import { output } from "../vm/build/command.ts";
import { eventually } from "./eventually.ts";
import { pushNetlog } from "./images.ts";
import { get, kubectl } from "./kubectl.ts";
import { madeBy } from "./made.ts";
import { CONFIG, installNetlog, NAMESPACE, netlogPod, upgrade } from "./release.ts";
import { lackingCluster } from "./requirements.ts";
import { Scene } from "./scene.ts";

const skip = (await lackingCluster()) || lackingRsyslog();

describe("What a node's log files and a pod's port have", { skip }, () => {
  let scene: Scene;
  let netlog: string;

  before(async () => {
    const options = ["--wait", "--timeout", "30m"];
    await upgrade(await pushNetlog(), { config: { ...CONFIG, format: "json" } }, options);
    netlog = await netlogPod();
    scene = await Scene.open("shipping", { app: "shop", "app.kubernetes.io/name": "web" });
    await scene.run("ended", "client", { main: ["connect", ...scene.server, "connect", ...scene.server] });
  });
  after(async () => {
    await scene?.close();
    await installNetlog(); // as the other tests have it
  });

  test("rsyslog ships the JSON lines of the node's log files as netlog wrote them, the connections of pods among them", async (t) => {
    const made = await madeBy(scene.place("client", "main"));
    assert.equal(made.length, 4);
    const seen = async () =>
      (await kubectl(["logs", netlog, "--namespace", NAMESPACE]))
        .split("\n")
        .filter((line) => line.startsWith('{"timestamp"'));
    const written = await eventually("the lines of the client", async () => {
      const lines = await seen();
      return lines.filter((line) => line.includes('"k8s.pod.name":"client"')).length >= 4 ? lines : undefined;
    });

    const folder = await mkdtemp(join(tmpdir(), "netlog-pods-"));
    t.after(() => rm(folder, { recursive: true }));
    const archive = await scene.node.run("cd /var/log/pods && tar -c netlog_* | base64 -w0");
    await writeFile(join(folder, "pods.tar"), Buffer.from(archive, "base64"));
    await mkdir(join(folder, "pods"));
    await output("tar", ["-xf", join(folder, "pods.tar"), "-C", join(folder, "pods")]);
    const { records } = await ship(join(folder, "pods"), { namespace: NAMESPACE });

    const shipped = new Map(records.map((record) => [`${record["run"]} ${record["seq"]}`, record]));
    for (const line of written) {
      const wrote = JSON.parse(line);
      assert.deepEqual(shipped.get(`${wrote.run} ${wrote.seq}`), wrote);
    }
    const ours = records.filter(
      (record) => record["k8s.pod.name"] === "client" && record["k8s.namespace.name"] === scene.namespace,
    );
    const what = (record: Readonly<Record<string, unknown>>) =>
      `${record["event"]} ${record["network.local.address"]}:${record["network.local.port"]} ${record["network.peer.address"]}:${record["network.peer.port"]}`;
    assert.deepEqual(
      ours.map(what).sort(),
      made.map(({ event, local, peer }) => `${event} ${local} ${peer}`).sort(),
    );
    for (const record of ours) {
      assert.equal(record["k8s.namespace.label.app"], "shop");
      assert.equal(record["k8s.namespace.label.app.kubernetes.io/name"], "web");
    }
    t.diagnostic(`${records.length} records, ${written.length} compared`);
  });

  test("the counters at /metrics are those of #stats or later ones", async () => {
    const { podIP } = (await get("pod", netlog, NAMESPACE)).status;
    const log = await kubectl(["logs", netlog, "--namespace", NAMESPACE]);
    const told = log.split("\n").findLast((line) => line.includes('"event":"netlog.stats"'));
    const { lines, "events.tcp.connect": connects } = JSON.parse(told ?? "{}");
    const answer = await scene.node.run(
      `bash -c 'exec 3<>/dev/tcp/${podIP}/9464; printf "GET /metrics HTTP/1.0\\r\\n\\r\\n" >&3; cat <&3'`,
    );
    const value = (series: string) =>
      Number(
        answer
          .split("\n")
          .find((line) => line.startsWith(`${series} `))
          ?.split(" ")[1],
      );
    assert.ok(lines > 0 && connects > 0, told);
    assert.ok(value("netlog_lines_total") >= lines, answer);
    assert.ok(value('netlog_events_total{event="tcp.connect"}') >= connects, answer);
    assert.equal(value("netlog_ready"), 1);
    assert.doesNotMatch(answer, /client|shipping|10\.244\./, "no pod, namespace or address in any label");
  });
});
