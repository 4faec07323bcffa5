import { join } from "node:path";
import { output } from "../vm/build/command.ts";
import { eventually } from "./eventually.ts";
import { type PushedImage, pushNetlog } from "./images.ts";
import { get, kubectl, list } from "./kubectl.ts";
import { NODE } from "./requirements.ts";

const CHART = join(import.meta.dirname, "../../charts/netlog");
/** The first pull of the image takes an emulated node minutes, and many beside other work. */
const INSTALL = "30m";

/** The release that all cluster tests share. */
export const RELEASE = "netlog";
export const NAMESPACE = "netlog";
const WHERE = ["--namespace", NAMESPACE];

/** One for all tests, so that one rollout does. `version` is a label that some pods have. */
export const CONFIG = {
  http: { listen: ":9464" },
  labels: { pod: { include: ["version"] } },
  stats: { every: "5s" },
};

/** Installs this checkout's chart with this checkout's image, or brings a release that is there up to them. */
export async function installNetlog(): Promise<void> {
  // What an interrupted run left half done, Helm does not go on with.
  const { info } = JSON.parse(
    await output("helm", ["status", RELEASE, ...WHERE, "--output", "json"]).catch(() => "{}"),
  );
  if (info?.status?.startsWith("pending")) await uninstall();
  await upgrade(await pushNetlog(), { config: CONFIG }, ["--wait", "--timeout", INSTALL]);
}

/** Installs or upgrades the tests' release, or another; resolves to what Helm says, the notes among it. */
export async function upgrade(
  { repository, tag }: PushedImage,
  values: object,
  options: readonly string[],
  { release = RELEASE, namespace = NAMESPACE } = {},
): Promise<string> {
  const image = ["--set", `image.repository=${repository}`, "--set-string", `image.tag=${tag}`];
  const given = Object.entries(values).flatMap(([key, value]) => [
    "--set-json",
    `${key}=${JSON.stringify(value)}`,
  ]);
  const where = ["--namespace", namespace, "--create-namespace"];
  return output("helm", ["upgrade", "--install", release, CHART, ...where, ...options, ...image, ...given]);
}

export async function rollback(): Promise<void> {
  await output("helm", ["rollback", RELEASE, ...WHERE, "--wait", "--timeout", INSTALL]);
}

export async function uninstall({ release = RELEASE, namespace = NAMESPACE } = {}): Promise<void> {
  await output("helm", ["uninstall", release, "--namespace", namespace, "--wait", "--ignore-not-found"]);
}

/** netlog's pod on the node that the tests use, when the one before it is gone: a rollout has two for a while. */
export async function netlogPod(): Promise<string> {
  await kubectl(["rollout", "status", `daemonset/${RELEASE}`, "--namespace", NAMESPACE, "--timeout=1800s"]);
  return eventually("one pod of netlog's on the node", async () => {
    const here = await netlogPods();
    return here.length === 1 ? here[0] : undefined;
  });
}

/** All of netlog's pods on a node, whatever their state. */
export async function netlogPods(node = NODE): Promise<string[]> {
  const pods = await list("pods", `app.kubernetes.io/instance=${RELEASE}`, NAMESPACE);
  return pods.filter(({ spec }) => spec.nodeName === node).map(({ metadata }) => metadata.name);
}

/** Ready is what its /readyz says. */
export async function isReady(pod: string): Promise<boolean> {
  const { conditions = [] } = (await get("pod", pod, NAMESPACE)).status;
  return conditions.some(({ type, status }) => type === "Ready" && status === "True");
}
