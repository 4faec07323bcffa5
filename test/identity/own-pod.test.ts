import assert from "node:assert/strict";
import { mkdir, mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { findOwnPod, ScopeError } from "../../src/identity/own-pod.ts";

const UID = "0d5f0a0c-6b0e-4f0a-9d1c-9f3c8f2d6f11";
const OTHER_UID = "11111111-6b0e-4f0a-9d1c-9f3c8f2d6f11";
const ID = "aa".repeat(32);
const ENV = { POD_UID: UID, POD_NAME: "web-0", POD_NAMESPACE: "shop" };

async function hierarchy(t: TestContext, ...paths: readonly string[]) {
  const top = await mkdtemp(join(tmpdir(), "netlog-own-pod-"));
  t.after(() => rm(top, { recursive: true }));
  for (const path of paths) await mkdir(join(top, path), { recursive: true });
  return top;
}

for (const [driver, above, level] of [
  ["cgroupfs", `kubepods/burstable/pod${UID}`, 3],
  ["systemd", `kubepods.slice/kubepods-pod${UID.replaceAll("-", "_")}.slice`, 2],
] as const) {
  test(`The outermost group of the own pod is found, as the ${driver} driver names it`, async (t) => {
    const container = driver === "systemd" ? `cri-containerd-${ID}.scope` : ID;
    const others = `kubepods/burstable/pod${OTHER_UID}/${ID}`;
    const top = await hierarchy(t, `${above}/${container}/${above}/${ID}`, others);
    const asked: (string | undefined)[] = [];
    const found = await findOwnPod(ENV, "memory", async (controller) => {
      asked.push(controller);
      return top;
    });
    const { ino: id } = await stat(join(top, above));
    assert.deepEqual(found, { uid: UID, name: "web-0", namespace: "shop", cgroup: { id, level } });
    assert.deepEqual(asked, ["memory"]);
  });
}

test("A pod that has no group is told, with what to set", async (t) => {
  const top = await hierarchy(t, `kubepods/burstable/pod${OTHER_UID}/${ID}`);
  await assert.rejects(
    findOwnPod(ENV, undefined, async () => top),
    new ScopeError(
      `scope is \`pod\`, and there is no control group of a pod ${UID}: set POD_UID from the downward API (fieldPath: metadata.uid)`,
    ),
  );
});

test("Where the host's groups are not mounted it says so", async () => {
  await assert.rejects(
    findOwnPod(ENV, undefined, async () => undefined),
    { name: "ScopeError", message: /^scope is `pod`, and the host's control groups are not mounted here/ },
  );
});

for (const [variable, path] of [
  ["POD_UID", "metadata.uid"],
  ["POD_NAME", "metadata.name"],
  ["POD_NAMESPACE", "metadata.namespace"],
] as const) {
  test(`Without ${variable} it says how to set it`, async () => {
    const message = `scope is \`pod\`, and ${variable} is not set: set it from the downward API (env: [{ name: ${variable}, valueFrom: { fieldRef: { fieldPath: ${path} } } }])`;
    await assert.rejects(findOwnPod({ ...ENV, [variable]: "" }, undefined), new ScopeError(message));
  });
}
