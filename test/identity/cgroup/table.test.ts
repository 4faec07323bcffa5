import assert from "node:assert/strict";
import { test } from "node:test";
import { CgroupTable } from "../../../src/identity/cgroup/table.ts";

const ID = "5f70bf18a086007016e948b04aed3b82103a36bea41755b6cddfaf10ace3c6ef";
const DOCKER = { path: `/docker/${ID}`, place: { containerId: ID } };

function newTable({ keepMs = 1000, maxGone = 10 } = {}): CgroupTable {
  return new CgroupTable({ keepMs, maxGone });
}

test("A group is known from its report on, and under its own id alone", () => {
  const table = newTable();
  table.addReported(7, DOCKER.path);
  assert.deepEqual(table.get(7), DOCKER.place);
  assert.equal(table.get(8), undefined);
});

test("A group that is gone is known until its time is over", () => {
  const table = newTable({ keepMs: 1000 });
  table.addReported(7, DOCKER.path);
  table.addReported(8, "/");
  table.addReported(9, "/");
  table.remove(7, 0);
  table.remove(8, 999);
  assert.deepEqual(table.get(7), DOCKER.place);
  table.remove(9, 1000);
  assert.equal(table.get(7), undefined);
  assert.deepEqual(table.get(8), {});
});

test("Of too many that are gone the first go", () => {
  const table = newTable({ maxGone: 2 });
  for (const id of [1, 2, 3]) {
    table.addReported(id, "/");
    table.remove(id, 0);
  }
  assert.deepEqual(
    [1, 2, 3].map((id) => table.get(id)),
    [undefined, {}, {}],
  );
  assert.equal(table.size, 2);
});

test("The end of a group that nobody knew is nothing", () => {
  const table = newTable();
  table.remove(7, 0);
  assert.equal(table.get(7), undefined);
  assert.equal(table.size, 0);
});

test("A path without its beginning is not taken", () => {
  const table = newTable();
  table.addReported(7, `r/${ID}`);
  assert.equal(table.get(7), undefined);
});

test("A path that may have lost its end is taken only where it names a container", () => {
  const table = newTable();
  const long = `/docker/${ID}/${"x".repeat(200)}`.slice(0, 199);
  table.addReported(7, long);
  table.addReported(8, `/${"x".repeat(200)}`.slice(0, 199));
  assert.deepEqual(table.get(7), DOCKER.place);
  assert.equal(table.get(8), undefined);
});

test("What a walk finds is known at any length, and takes nothing from what was reported", () => {
  const table = newTable();
  table.addReported(7, DOCKER.path);
  const reported = table.get(7);
  table.addFound(7, DOCKER.path);
  table.addFound(8, `/${"x".repeat(300)}/ssh.service`);
  assert.equal(table.get(7), reported);
  assert.deepEqual(table.get(8), { unit: "ssh.service" });
});

test("What was here before a walk and is not found by it is gone; what came meanwhile stays", () => {
  const table = newTable({ keepMs: 1000 });
  table.addReported(1, "/");
  table.addReported(2, "/");
  const known = table.ids();
  table.addReported(3, "/");
  table.removeUnfound(known, new Set([1]), 0);
  assert.deepEqual(table.ids(), [1, 3]);
  assert.deepEqual(table.get(2), {});
});
