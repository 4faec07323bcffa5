import { CONTAINER_NAMES } from "./runtimes.ts";

/** What a control group's path says of the tasks in it: of a pod, of a container, or (neither) of the host. */
export type Place = {
  /** As in the path: the API's uid, or for a static pod the hash of its manifest. */
  readonly podUid?: string;
  readonly containerId?: string;
  /** The systemd unit of a host's task. */
  readonly unit?: string;
};

/** systemd writes a uid's dashes as underscores; a static pod's is a hash without any. */
const POD_UID = "([0-9a-f]{8}(?:[_-][0-9a-f]{4}){3}[_-][0-9a-f]{12}|[0-9a-f]{32})";
/** The kubelet's systemd driver, below any --cgroup-root; a mixed driver writes the container behind it. */
const POD_SLICE = new RegExp(`(?:^|-)kubepods(?:-burstable|-besteffort)?-pod${POD_UID}\\.slice(?::|$)`);
/** Its cgroupfs driver; the folder above says that this is the kubelet's. */
const POD_FOLDER = new RegExp(`^pod${POD_UID}$`);
const ABOVE_POD_FOLDER = new Set(["kubepods", "burstable", "besteffort"]);

const UNIT = /^[^/]+\.(?:service|scope|socket|mount|swap)$/;

/**
 * Reads a path from the root of its hierarchy. The outermost pod counts and its outermost container, for what is
 * below a container its own processes can name as they like. Where there is no pod, the outermost container.
 */
export function placeOf(path: string): Place {
  const segments = path.split("/");
  const pod = findPod(segments);
  const containerId = findContainer(pod === undefined ? segments : segments.slice(pod.at));
  if (pod !== undefined)
    return containerId === undefined ? { podUid: pod.uid } : { podUid: pod.uid, containerId };
  if (containerId !== undefined) return { containerId };
  const unit = segments.find((segment) => UNIT.test(segment));
  return unit === undefined ? {} : { unit: Buffer.from(unit, "latin1").toString("utf8") };
}

function findPod(segments: readonly string[]): { readonly uid: string; readonly at: number } | undefined {
  for (const [at, segment] of segments.entries()) {
    const isFolder = ABOVE_POD_FOLDER.has(segments[at - 1] ?? "");
    const uid = (POD_SLICE.exec(segment) ?? (isFolder ? POD_FOLDER.exec(segment) : null))?.[1];
    if (uid !== undefined) return { uid: uid.replaceAll("_", "-"), at };
  }
  return undefined;
}

function findContainer(segments: readonly string[]): string | undefined {
  for (const segment of segments) {
    for (const name of CONTAINER_NAMES) {
      const id = name.exec(segment)?.[1];
      if (id !== undefined) return id;
    }
  }
  return undefined;
}
