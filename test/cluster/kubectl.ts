import { spawn } from "node:child_process";
import { text } from "node:stream/consumers";

type ContainerStatus = {
  readonly name: string;
  readonly containerID?: string;
  readonly restartCount: number;
  readonly state?: { readonly running?: object };
};

/** What the tests use of an object of the API. */
export type ApiObject = {
  readonly metadata: { readonly name: string; readonly uid: string };
  readonly spec: { readonly clusterIP?: string; readonly nodeName?: string };
  readonly status: {
    readonly phase?: string;
    readonly podIP?: string;
    readonly hostIP?: string;
    readonly conditions?: readonly { readonly type: string; readonly status: string }[];
    readonly containerStatuses?: readonly ContainerStatus[];
    readonly initContainerStatuses?: readonly ContainerStatus[];
    readonly ephemeralContainerStatuses?: readonly ContainerStatus[];
  };
};

/** Runs kubectl to its end. @throws Error with what it said on stderr, when it fails */
export async function kubectl(args: readonly string[], input = ""): Promise<string> {
  const child = spawn("kubectl", args);
  child.stdin.on("error", () => {}); // it may end without having read
  child.stdin.end(input);
  const exited = new Promise<number | null>((resolve, reject) => {
    child.once("error", reject).once("close", resolve);
  });
  const [code, out, err] = await Promise.all([exited, text(child.stdout), text(child.stderr)]);
  if (code !== 0) throw new Error(`kubectl ${args.join(" ")}: ${err || out}`);
  return out;
}

export async function get(kind: string, name: string, namespace: string): Promise<ApiObject> {
  return JSON.parse(await kubectl(["get", kind, name, "--namespace", namespace, "--output=json"]));
}

export async function list(kind: string, selector: string, namespace: string): Promise<ApiObject[]> {
  const options = ["--namespace", namespace, "--selector", selector, "--output=json"];
  return JSON.parse(await kubectl(["get", kind, ...options])).items;
}

/** The ids of a pod's containers by their names, as far as the API knows them. */
export async function containerIds(pod: string, namespace: string): Promise<Record<string, string>> {
  const { status } = await get("pod", pod, namespace);
  const kinds = [status.initContainerStatuses, status.containerStatuses, status.ephemeralContainerStatuses];
  const known = kinds.flatMap((statuses) => statuses ?? []).filter(({ containerID }) => containerID);
  return Object.fromEntries(
    known.map(({ name, containerID }) => [name, containerID?.replace(/^.*:\/\//, "") ?? ""]),
  );
}

export async function create(...objects: readonly object[]): Promise<void> {
  const items = { apiVersion: "v1", kind: "List", items: objects };
  await kubectl(["create", "--filename=-"], JSON.stringify(items));
}

/** Emulated nodes take their time: a pod starts in seconds, or minutes beside other work. */
export async function waitFor(
  condition: string,
  object: string,
  namespace: string,
  seconds = 1200,
): Promise<void> {
  await kubectl(["wait", `--for=${condition}`, object, "--namespace", namespace, `--timeout=${seconds}s`]);
}

export async function remove(object: string, namespace: string): Promise<void> {
  await kubectl(["delete", object, "--namespace", namespace, "--ignore-not-found", "--timeout=1200s"]);
}
