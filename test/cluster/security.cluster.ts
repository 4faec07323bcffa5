import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { after, before, describe, test } from "node:test";
import { assertLogs } from "./assert-logs.ts";
import { eventually } from "./eventually.ts";
import { pushNetlog } from "./images.ts";
import { create, kubectl } from "./kubectl.ts";
import { namespace } from "./objects.ts";
import {
  CONFIG,
  installNetlog,
  NAMESPACE,
  netlogPod,
  netlogPods,
  RELEASE,
  uninstall,
  upgrade,
} from "./release.ts";
import { lackingCluster } from "./requirements.ts";
import { Scene } from "./scene.ts";

const WAIT = ["--wait", "--timeout", "30m"];

const skip = await lackingCluster();

describe("A release of the chart", { skip }, () => {
  let scene: Scene;
  let image: Awaited<ReturnType<typeof pushNetlog>>;

  before(async () => {
    await uninstall();
    image = await pushNetlog();
    scene = await Scene.open("security", { team: "night" });
    await scene.run("running", "busy", { main: ["repeat", ...scene.server] });
  });
  after(async () => {
    await scene?.close();
    await installNetlog(); // as the other tests have it
  });

  test("is refused where the namespace enforces Pod Security's baseline, and its notes had said so and what to type", async (t) => {
    const name = `${scene.namespace}-baseline`;
    await create(namespace(name, {}));
    t.after(() => kubectl(["delete", "namespace", name, "--wait=false"]));
    await kubectl(["label", "namespace", name, "pod-security.kubernetes.io/enforce=baseline", "--overwrite"]);
    const there = { release: "netlog", namespace: name };
    const notes = await upgrade(image, { config: CONFIG, rbac: { create: false } }, [], there);
    const line = /^ +(kubectl label namespace .*)$/m.exec(notes)?.[1] ?? "";
    assert.match(line, new RegExp(`^kubectl label namespace ${name} pod-security`), notes);
    const reason = await eventually("the refusal", async () => {
      const events = await kubectl([
        "get",
        "events",
        "--namespace",
        name,
        "--output=jsonpath={.items[*].message}",
      ]);
      return /violates PodSecurity "baseline:[^"]*"/.exec(events)?.[0];
    });
    t.diagnostic(reason);
    const { status, stderr } = spawnSync("sh", ["-c", line], { encoding: "utf8" });
    assert.equal(status, 0, stderr);
    await kubectl(["rollout", "restart", "daemonset/netlog", "--namespace", name]);
    await eventually("a pod", async () =>
      (await kubectl(["get", "pods", "--namespace", name, "--output=name"])) === "" ? undefined : true,
    );
    await uninstall(there);
  });

  test("with the profile least says where CAP_SYS_ADMIN is wanted, runs where it is not, and where it is given", async (t) => {
    const paranoid = async (level: number) =>
      scene.node.run(`sysctl -qw kernel.perf_event_paranoid=${level}`);
    t.after(() => paranoid(3));
    await paranoid(3);
    const least = { config: CONFIG, security: { profile: "least" } };
    await upgrade(image, least, []);
    const said = await eventually("its complaint", async () => {
      const [pod] = await netlogPods();
      if (pod === undefined) return undefined;
      const where = [pod, "--namespace", NAMESPACE];
      const logs = await Promise.all(
        [[], ["--previous"]].map((which) => kubectl(["logs", ...where, ...which]).catch(() => "")),
      );
      return /"msg":"[^\n]*CAP_SYS_ADMIN[^\n]*/.exec(logs.join("\n"))?.[0];
    });
    t.diagnostic(said);

    await paranoid(2);
    await kubectl(["rollout", "restart", `daemonset/${RELEASE}`, "--namespace", NAMESPACE]);
    await assertLogs(await netlogPod(), scene);

    await paranoid(3);
    await upgrade(image, { ...least, security: { profile: "least", capabilities: ["SYS_ADMIN"] } }, WAIT);
    await assertLogs(await netlogPod(), scene);
    await uninstall();
  });
});
