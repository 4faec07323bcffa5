import assert from "node:assert/strict";
import { test } from "node:test";
import { namespaceSchema } from "../../../src/identity/kubernetes/namespace-object.ts";
import { Namespaces } from "../../../src/identity/kubernetes/namespaces.ts";
import { namespace } from "./objects.ts";

function store() {
  const clock = { ms: 0 };
  return { clock, namespaces: new Namespaces({ ms: 1000, max: 100, now: () => clock.ms }) };
}

const shop = (uid: string, team: string) =>
  namespaceSchema.parse(namespace("shop", { uid, labels: { team } }));
const other = namespaceSchema.parse(namespace("other"));

test("A namespace that is in the list no longer is found for a while", () => {
  const { namespaces, clock } = store();
  namespaces.replace([shop("1", "payments"), other]);
  clock.ms = 5000;
  namespaces.replace([other]);
  clock.ms = 5999;
  assert.equal(namespaces.get("shop")?.uid, "1");
  clock.ms = 6000;
  assert.deepEqual([namespaces.get("shop"), namespaces.get("other")], [undefined, other]);
});

test("Of several of one name it is the newest, also when all are deleted", () => {
  const { namespaces, clock } = store();
  namespaces.put(shop("1", "payments"));
  namespaces.remove({ uid: "1", name: "shop" });
  namespaces.put(shop("2", "fraud"));
  assert.deepEqual(namespaces.get("shop")?.labels, [["team", "fraud"]]);
  clock.ms = 500;
  namespaces.remove({ uid: "2", name: "shop" });
  clock.ms = 1499;
  assert.equal(namespaces.get("shop")?.uid, "2");
});

test("The end of an earlier one does not end the one that is there", () => {
  const { namespaces, clock } = store();
  namespaces.put(shop("2", "fraud"));
  namespaces.remove({ uid: "1", name: "shop" });
  clock.ms = 5000;
  assert.equal(namespaces.get("shop")?.uid, "2");
});
