import { join } from "node:path";
import { output } from "../vm/build/command.ts";
import { eventually } from "./eventually.ts";
import { pushNetlog } from "./images.ts";
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
const CONFIG = {
  http: { listen: ":9464" },
  labels: { pod: { include: ["version"] } },
  stats: { every: "5s" },
};

/** Installs this checkout's chart with this checkout's image, or brings a release that is there up to them. */
export async function installNetlog(): Promise<void> {
  const { repository, tag } = await pushNetlog();
  const values = [
    ["--set", `image.repository=${repository}`],
    ["--set-string", `image.tag=${tag}`],
    ["--set-json", `config=${JSON.stringify(CONFIG)}`],
  ].flat();
  const wait = ["--wait", "--timeout", INSTALL];
  // What an interrupted run left half done, Helm does not go on with.
  const { info } = JSON.parse(
    await output("helm", ["status", RELEASE, ...WHERE, "--output", "json"]).catch(() => "{}"),
  );
  if (info?.status?.startsWith("pending")) await output("helm", ["uninstall", RELEASE, ...WHERE, "--wait"]);
  await output("helm", [
    "upgrade",
    "--install",
    RELEASE,
    CHART,
    ...WHERE,
    "--create-namespace",
    ...wait,
    ...values,
  ]);
}

/** netlog's pod on the node that the tests use, when the one before it is gone: a rollout has two for a while. */
export async function netlogPod(): Promise<string> {
  await kubectl(["rollout", "status", `daemonset/${RELEASE}`, "--namespace", NAMESPACE, "--timeout=1800s"]);
  return eventually("one pod of netlog's on the node", async () => {
    const pods = await list("pods", `app.kubernetes.io/instance=${RELEASE}`, NAMESPACE);
    const here = pods.filter(({ spec }) => spec.nodeName === NODE);
    return here.length === 1 ? here[0]?.metadata.name : undefined;
  });
}

/** Ready is what its /readyz says. */
export async function isReady(pod: string): Promise<boolean> {
  const { conditions = [] } = (await get("pod", pod, NAMESPACE)).status;
  return conditions.some(({ type, status }) => type === "Ready" && status === "True");
}
