import assert from "node:assert/strict";
import { placeOf } from "../../../src/identity/cgroup/path.ts";

/** Any path of a control group: ids have the shape of ids and stand in the path, a unit is one of its folders. */
export function fuzz(data: Buffer): void {
  const path = data.toString("latin1");
  const { podUid, containerId, unit } = placeOf(path);
  if (podUid !== undefined) {
    assert.match(podUid, /^(?:[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-f]{32})$/);
    assert.ok(path.replaceAll("_", "-").includes(`pod${podUid}`));
  }
  if (containerId !== undefined) {
    assert.match(containerId, /^[0-9a-f]{64}$/);
    assert.ok(path.includes(containerId));
  }
  if (unit !== undefined) {
    assert.ok(podUid === undefined && containerId === undefined);
    const folders = path.split("/").map((folder) => Buffer.from(folder, "latin1").toString());
    assert.ok(folders.includes(unit));
  }
}
