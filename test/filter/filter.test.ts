import assert from "node:assert/strict";
import { test } from "node:test";
import { CONNECT, IN_POD, newFilter, ON_HOST } from "./rules.ts";

test("Without rules every event has its line", () => {
  assert.equal(newFilter().droppedBy(CONNECT, IN_POD), undefined);
});

test("The first rule that fits decides, whatever comes behind it", () => {
  const filter = newFilter(
    { name: "dns", peerPort: 53 },
    { name: "shop", action: "keep", namespace: "shop" },
    { name: "web", peerPort: 443 },
    { name: "web-too", peerPort: 443 },
  );
  const dns = { ...CONNECT, peer: { address: "10.96.0.10", port: 53 } };
  assert.equal(filter.droppedBy(dns, IN_POD), "dns");
  assert.equal(filter.droppedBy(CONNECT, IN_POD), undefined);
  assert.equal(filter.droppedBy(CONNECT, ON_HOST), "web");
});

test("Each line is judged by itself: the opening can go and the close stay", () => {
  const filter = newFilter({ name: "openings", event: ["tcp.connect", "tcp.accept"] });
  assert.equal(filter.droppedBy(CONNECT, IN_POD), "openings");
  assert.equal(filter.droppedBy({ ...CONNECT, kind: "tcp.close" }, IN_POD), undefined);
});

test("The names that events can be dropped under are the dropping rules' and the presets', each once", () => {
  const filter = newFilter(
    { preset: "kubelet-probes" },
    { name: "kept", action: "keep", uid: 0 },
    { name: "gone", uid: 1 },
  );
  assert.deepEqual(filter.names, ["kubelet-probes", "gone"]);
});

test("What an origin decides is decided for that origin alone", () => {
  const filter = newFilter({ name: "shop", namespace: "shop" });
  for (let round = 0; round < 2; round++) {
    assert.equal(filter.droppedBy(CONNECT, IN_POD), "shop");
    assert.equal(filter.droppedBy(CONNECT, { ...IN_POD, namespace: "other" }), undefined);
    assert.equal(filter.droppedBy(CONNECT, ON_HOST), undefined);
  }
});
