import assert from "node:assert/strict";
import { test } from "node:test";
import { lackingHelm as skip } from "./helms.ts";
import { type Manifest, manifest, render } from "./render.ts";

const podOf = (values: object = {}): Manifest => manifest("DaemonSet", values).spec.template;
const containerOf = (values: object = {}): Manifest => podOf(values).spec.containers[0];

test("netlog is privileged, on a root that it cannot write to, and shares no namespace of the node's", {
  skip,
}, () => {
  const { spec } = podOf();
  assert.deepEqual(spec.containers[0].securityContext, { privileged: true, readOnlyRootFilesystem: true });
  for (const key of ["hostPID", "hostNetwork", "hostIPC"]) assert.equal(spec[key], undefined);
});

test("With few rights it is root without what root can do, but for the capabilities named", { skip }, () => {
  const context = (security: object) =>
    containerOf({ security: { profile: "least", ...security } }).securityContext;
  const least = {
    runAsUser: 0,
    allowPrivilegeEscalation: false,
    capabilities: { drop: ["ALL"], add: ["BPF", "PERFMON"] },
    readOnlyRootFilesystem: true,
    seccompProfile: { type: "RuntimeDefault" },
  };
  assert.deepEqual(context({}), least);
  const [seLinuxOptions, appArmorProfile] = [{ type: "spc_t" }, { type: "Unconfined" }];
  assert.deepEqual(context({ capabilities: ["SYS_ADMIN"], seLinuxOptions, appArmorProfile }), {
    ...least,
    capabilities: { drop: ["ALL"], add: ["SYS_ADMIN"] },
    seLinuxOptions,
    appArmorProfile,
  });
});

for (const [profile, cgroups] of [
  ["privileged", "/sys/fs/cgroup"],
  ["least", "/host/sys/fs/cgroup"],
] as const) {
  test(`Of the node's files it sees tracefs and control groups, and writes to none: ${profile}`, {
    skip,
  }, () => {
    const { spec } = podOf({ security: { profile } });
    const mounts: Manifest[] = spec.containers[0].volumeMounts;
    const host = spec.volumes.filter((volume: Manifest) => volume.hostPath);
    const seen = host.map(({ name, hostPath }: Manifest) => {
      const { mountPath, readOnly } = mounts.find((mount) => mount.name === name);
      return [hostPath.path, mountPath, readOnly];
    });
    assert.deepEqual(seen, [
      ["/sys/kernel/tracing", "/sys/kernel/tracing", true],
      ["/sys/fs/cgroup", cgroups, true],
    ]);
  });
}

test("It can write to the folder of its state, which ends with the pod, and to nothing else", {
  skip,
}, () => {
  const writable = (values: object = {}) => {
    const { containers, volumes } = podOf(values).spec;
    const mounts = containers[0].volumeMounts.filter(({ readOnly }: Manifest) => !readOnly);
    return mounts.map(({ name, mountPath }: Manifest) => [
      mountPath,
      volumes.find((volume: Manifest) => volume.name === name).emptyDir,
    ]);
  };
  assert.deepEqual(writable(), [["/var/lib/netlog", { sizeLimit: "1Mi" }]]);
  assert.deepEqual(writable({ config: { state: { path: "" } } }), []);
});

test("The rights are to list and watch pods and namespaces, and the service account's alone", {
  skip,
}, () => {
  assert.deepEqual(manifest("ClusterRole").rules, [
    { apiGroups: [""], resources: ["pods", "namespaces"], verbs: ["list", "watch"] },
  ]);
  const { roleRef, subjects } = manifest("ClusterRoleBinding", { serviceAccount: { name: "watcher" } });
  assert.equal(roleRef.name, "shop-netlog");
  assert.deepEqual(subjects, [{ kind: "ServiceAccount", name: "watcher", namespace: "agents" }]);
});

test("A netlog that asks no API has no rights there, and no token", { skip }, () => {
  const { manifests } = render({ config: { kubernetes: "off" } });
  assert.ok(!manifests.some(({ kind }) => kind.startsWith("ClusterRole")));
  const { spec } = manifests.find(({ kind }) => kind === "DaemonSet").spec.template;
  assert.equal(spec.automountServiceAccountToken, false);
});

test("OpenShift is told what the pods need and no more, and who may use it", { skip }, () => {
  for (const [profile, capabilities, seccomp] of [
    ["privileged", [], "*"],
    ["least", ["BPF", "PERFMON"], "runtime/default"],
  ] as const) {
    const openshift = { securityContextConstraints: { create: true } };
    const { manifests } = render({ security: { profile }, openshift });
    const one = (kind: string): Manifest => manifests.find((each) => each.kind === kind);
    const scc = one("SecurityContextConstraints");
    assert.equal(scc.allowPrivilegedContainer, profile === "privileged");
    assert.equal(scc.allowPrivilegeEscalation, profile === "privileged");
    assert.deepEqual([scc.allowedCapabilities, scc.seccompProfiles], [capabilities, [seccomp]]);
    const volumes: Manifest[] = one("DaemonSet").spec.template.spec.volumes;
    const kinds = volumes.flatMap((volume) => Object.keys(volume).filter((key) => key !== "name"));
    // The token of the service account is a projected volume, which the API server adds.
    assert.deepEqual([...new Set([...kinds, "projected"])].sort(), scc.volumes);
    const [rule] = one("Role").rules;
    assert.deepEqual([rule.verbs, rule.resourceNames], [["use"], [scc.metadata.name]]);
    assert.deepEqual(
      one("RoleBinding").subjects[0].name,
      one("DaemonSet").spec.template.spec.serviceAccountName,
    );
  }
});
