import { findHierarchy, walkHierarchy } from "./cgroup/file-system.ts";
import { placeOf } from "./cgroup/path.ts";

/** The pod that netlog itself runs in, and its control group: id, and how far below the hierarchy's top. */
export type OwnPod = {
  readonly uid: string;
  readonly name: string;
  readonly namespace: string;
  readonly cgroup: { readonly id: number; readonly level: number };
};

/** `scope: pod` cannot be had here. The message says what is wrong and what to do about it. */
export class ScopeError extends Error {
  override readonly name = "ScopeError";
}

const FIELDS = {
  POD_UID: "metadata.uid",
  POD_NAME: "metadata.name",
  POD_NAMESPACE: "metadata.namespace",
} as const;

/**
 * Reads the pod off the environment (the downward API), and looks for its control group in the controller's hierarchy,
 * or v2's.
 * @throws ScopeError
 */
export async function findOwnPod(
  env: Readonly<Record<string, string | undefined>>,
  controller: string | undefined,
  hierarchyOf = findHierarchy,
): Promise<OwnPod> {
  const [uid, name, namespace] = [field(env, "POD_UID"), field(env, "POD_NAME"), field(env, "POD_NAMESPACE")];
  const top = await hierarchyOf(controller);
  if (top === undefined)
    throw new ScopeError(
      "scope is `pod`, and the host's control groups are not mounted here as a whole, so that the pod's own cannot be found: make this container privileged, or mount the host's /sys/fs/cgroup",
    );
  const cgroup = await findPodGroup(top, uid);
  if (cgroup === undefined)
    throw new ScopeError(
      `scope is \`pod\`, and there is no control group of a pod ${uid}: set POD_UID from the downward API (fieldPath: metadata.uid)`,
    );
  return { uid, name, namespace, cgroup };
}

function field(env: Readonly<Record<string, string | undefined>>, variable: keyof typeof FIELDS): string {
  const value = env[variable] ?? "";
  if (value !== "") return value;
  const source = `{ name: ${variable}, valueFrom: { fieldRef: { fieldPath: ${FIELDS[variable]} } } }`;
  throw new ScopeError(
    `scope is \`pod\`, and ${variable} is not set: set it from the downward API (env: [${source}])`,
  );
}

/** The outermost group of the pod, which its containers' groups are below. */
async function findPodGroup(top: string, uid: string): Promise<OwnPod["cgroup"] | undefined> {
  let found: OwnPod["cgroup"] | undefined;
  await walkHierarchy(top, (id, path) => {
    const place = placeOf(path);
    if (place.podUid !== uid || place.containerId !== undefined) return;
    const level = path.split("/").length - 1;
    if (found === undefined || level < found.level) found = { id, level };
  });
  return found;
}
