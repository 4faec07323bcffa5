import { readdir, readFile, stat } from "node:fs/promises";

/** The inode number of the top of a hierarchy; a container's own part of it has another. */
const TOP = 1;

/**
 * Where the whole hierarchy is mounted: v2's, or of v1 that of a controller. Undefined where this process sees only
 * its own part, or nothing.
 */
export async function findHierarchy(
  controller: string | undefined,
  mountinfo = "/proc/self/mountinfo",
): Promise<string | undefined> {
  for (const line of (await readFile(mountinfo, "utf8")).split("\n")) {
    // 31 23 0:28 / /sys/fs/cgroup rw,relatime shared:9 - cgroup2 cgroup2 rw,nsdelegate
    const [mount, fileSystem] = line.split(" - ").map((half) => half.split(" "));
    const [point, type, options] = [mount?.[4], fileSystem?.[0], fileSystem?.[2]?.split(",")];
    const fits =
      controller === undefined ? type === "cgroup2" : type === "cgroup" && options?.includes(controller);
    if (!fits || point === undefined) continue;
    const folder = point.replace(/\\(\d{3})/g, (_, octal) => String.fromCharCode(Number.parseInt(octal, 8)));
    if ((await inodeOf(folder)) === TOP) return folder;
  }
  return undefined;
}

/** Tells the id and the path (bytes, from the hierarchy's top) of every group of a hierarchy that is there. */
export async function walkHierarchy(top: string, onGroup: (id: number, path: string) => void): Promise<void> {
  const walk = async (path: string): Promise<void> => {
    const folder = Buffer.from(top + path, "latin1"); // a name may be any bytes
    const id = await inodeOf(folder);
    if (id === undefined) return; // removed meanwhile
    onGroup(id, path === "" ? "/" : path);
    const entries = await readdir(folder, { encoding: "buffer", withFileTypes: true }).catch(() => []);
    const below = entries.filter((entry) => entry.isDirectory());
    await Promise.all(below.map(({ name }) => walk(`${path}/${name.toString("latin1")}`)));
  };
  await walk("");
}

async function inodeOf(folder: string | Buffer): Promise<number | undefined> {
  return stat(folder).then(
    ({ ino }) => ino,
    () => undefined,
  );
}
