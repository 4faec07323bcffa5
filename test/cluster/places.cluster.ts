import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import type { EventLine } from "../scenario/read-line.ts";
import { assertWhose } from "./assert-whose.ts";
import { eventually } from "./eventually.ts";
import { get, kubectl, waitFor } from "./kubectl.ts";
import { endsOf, madeBy } from "./made.ts";
import { NetlogLog, type Whose, whose } from "./netlog-log.ts";
import { pod } from "./objects.ts";
import { installNetlog, NAMESPACE, netlogPod } from "./release.ts";
import { lackingCluster, NODE } from "./requirements.ts";
import { Scene } from "./scene.ts";

const MANIFESTS = "/etc/kubernetes/manifests";

const skip = await lackingCluster();

describe("Lines of what no API server started", { skip }, () => {
  let scene: Scene;
  let netlog: string;
  let log: NetlogLog;

  before(async () => {
    await installNetlog();
    netlog = await netlogPod();
    log = new NetlogLog(netlog);
    scene = await Scene.open("places", { team: "platform" });
  });
  after(async () => {
    log?.[Symbol.dispose]();
    await scene?.close();
  });

  test("A static pod goes by the name of its mirror pod", async (t) => {
    const { namespace, server } = scene;
    const name = "by-file";
    const file = `${MANIFESTS}/netlog-test.yaml`;
    const words = ["sleep", 20, "connect", ...server, "open", ...server, "sleep", 10_000];
    const manifest = pod(scene.image, namespace, name, { main: words });
    t.after(() => scene.node.run(`rm -f ${file}`));
    await scene.node.run(`cat >${file}`, JSON.stringify(manifest));
    const mirror = `${name}-${NODE}`;
    await eventually("the mirror pod", () => get("pod", mirror, namespace).catch(() => undefined));
    await waitFor("condition=Ready", `pod/${mirror}`, namespace);
    const place = scene.place(mirror, "main");
    const made = await eventually("its connections", async () => {
      const made = await madeBy(place);
      return made.length === 3 ? made : undefined;
    });
    await scene.node.run(`rm -f ${file}`);
    await kubectl(["wait", "--for=delete", `pod/${mirror}`, "--namespace", namespace, "--timeout=1200s"]);
    await assertWhose(log, [...made, ...endsOf(made)], scene.labels);
  });

  test("A service of the node's goes by its unit", async () => {
    const [ip, port] = scene.server;
    const unit = `netlog-test-${Date.now()}`;
    const script = `bash -c 'exec 3<>/dev/tcp/${ip}/${port}; cat /proc/self/cgroup'`;
    assert.match(await scene.node.runUnit(unit, script), new RegExp(`/${unit}.service`));
    const lines = await log.until("its lines", ({ events }) => {
      const found = events.filter(({ fields }) => fields["unit"] === `${unit}.service`);
      return found.length >= 2 ? found : undefined;
    });
    assert.deepEqual(lines.map(({ event, peer }) => `${event} ${peer}`).sort(), [
      `tcp.close ${ip}:${port}`,
      `tcp.connect ${ip}:${port}`,
    ]);
    for (const line of lines) assert.deepEqual(whose(line), { host: "true", unit: `${unit}.service` });
  });

  test("The kubelet goes by its unit, and netlog's own end of its question by netlog's pod", async () => {
    const { podIP } = (await get("pod", netlog, NAMESPACE)).status;
    const isAnswer = ({ event, local }: EventLine) => event === "tcp.accept" && local === `${podIP}:9464`;
    await log.until("an answer", ({ events }) => events.find(isAnswer));
    const { events } = log;
    const asked = events.filter(({ peer }) => peer === `${podIP}:9464`);
    const answered = events.filter(isAnswer);
    assert.ok(asked.length > 0 && answered.length > 0);
    for (const line of asked) assert.deepEqual(whose(line), { host: "true", unit: "kubelet.service" });
    const labels = await namespaceLabels(NAMESPACE); // Helm gives one to a namespace that it makes
    const expected = { namespace: NAMESPACE, pod: netlog, container: "netlog", ...labels };
    for (const line of answered) assert.deepEqual(whose(line), expected);
  });
});

/** As lines have them by default. */
async function namespaceLabels(name: string): Promise<Whose> {
  const { labels } = JSON.parse(await kubectl(["get", "namespace", name, "--output=json"])).metadata;
  const shown = Object.entries(labels as Whose).filter(
    ([key]) => !/^(?:pod-security\.)?kubernetes\.io\//.test(key),
  );
  return Object.fromEntries(shown.map(([key, value]) => [`ns.${key}`, value]));
}
