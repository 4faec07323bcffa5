import assert from "node:assert/strict";
import { test } from "node:test";
import type { SocketEvent } from "../../src/event.ts";
import type { Origin } from "../../src/origin.ts";
import { CONNECT, IN_POD, newFilter, ON_HOST, type Written } from "./rules.ts";

type Change = { readonly event?: Partial<SocketEvent>; readonly origin?: Origin };

const to = (address: string, port = 443): Change => ({ event: { peer: { address, port } } });
const from = (address: string, port = 40_000): Change => ({ event: { local: { address, port } } });
const by = (comm: string, uid = 1000): Change => ({ event: { process: { pid: 1, uid, comm } } });
const BIND: Change = {
  event: { kind: "udp.bind", local: { address: "0.0.0.0", port: 53 }, peer: undefined as never },
};
const NOWHERE: Change = { origin: { unresolved: true } };
const UNNAMED: Change = { origin: { podUid: "0d5f", containerId: "5f70", unresolved: true } };
const DOCKER: Change = { origin: { containerId: "5f70" } };
const HOST: Change = { origin: ON_HOST };

/** Each condition, with what it fits of an event of curl in the pod web-7d9f8, changed in one thing, and what not. */
const CONDITIONS: readonly (readonly [condition: Written, fits: Change[], fitsNot: Change[]])[] = [
  [{ event: "tcp.connect" }, [{}], [{ event: { kind: "tcp.close" } }, BIND]],
  [{ event: ["tcp.accept", "udp.bind"] }, [BIND, { event: { kind: "tcp.accept" } }], [{}]],

  [
    { namespace: "shop" },
    [{}],
    [{ origin: { ...IN_POD, namespace: "shops" } }, HOST, NOWHERE, UNNAMED, DOCKER],
  ],
  [{ namespace: ["sh*", "x"] }, [{}], [{ origin: { ...IN_POD, namespace: "ash" } }]],
  [{ namespace: "*" }, [{}], [HOST, NOWHERE, UNNAMED, DOCKER]],
  [{ pod: "web-*" }, [{}], [{ origin: { ...IN_POD, pod: "web" } }, HOST, UNNAMED]],
  [{ pod: ["a", "*d9*"] }, [{}], [{ origin: { ...IN_POD, pod: "job" } }]],

  [{ namespaceLabels: { team: "payments" } }, [{}], [HOST, UNNAMED]],
  [{ namespaceLabels: { team: "pay*", env: ["dev", "prod"] } }, [{}], []],
  [{ namespaceLabels: { team: "payments", env: "dev" } }, [], [{}]],
  [{ namespaceLabels: { app: "web" } }, [], [{}]],
  [{ podLabels: { app: "web" } }, [{}], [HOST]],
  [{ podLabels: { team: "payments" } }, [], [{}]],
  [{ podLabels: { canary: "" } }, [{}], [{ origin: { ...IN_POD, allPodLabels: [["canary", "1"]] } }]],
  [{ podLabels: { canary: "*" } }, [{}], [{ origin: { ...IN_POD, allPodLabels: [["app", "web"]] } }]],
  // What lines show is another choice.
  [{ podLabels: { shown: "*" } }, [], [{ origin: { ...IN_POD, podLabels: [["shown", "1"]] } }]],

  [{ host: true }, [HOST, { origin: { host: true } }], [{}, DOCKER, UNNAMED, NOWHERE, { origin: {} }]],
  [{ host: false }, [{}, DOCKER, UNNAMED], [HOST, NOWHERE, { origin: {} }]],

  [{ comm: "curl" }, [{}], [by("curl "), by("cur"), by("Curl"), by("")]],
  [{ comm: ["php*", "*cu*l"] }, [{}, by("php-fpm8.2")], [by("xphp")]],
  [{ comm: "*" }, [{}, by(""), by("\udcff"), by("a\nb")], []],
  [{ comm: "a.b" }, [by("a.b")], [by("axb")]],
  [{ comm: "é" }, [by("é")], [by("\udcc3\udca9"), by("e\u0301")]],
  [{ uid: 0 }, [by("a", 0)], [{}]],
  [{ uid: [0, 1000, 4_294_967_295] }, [{}, by("a", 4_294_967_295)], [by("a", 1)]],

  [{ peerPort: 443 }, [{}, to("10.0.0.1")], [to("10.0.0.1", 444), BIND]],
  [{ peerPort: [80, "440-443"] }, [{}, to("1.2.3.4", 440), to("1.2.3.4", 80)], [to("1.2.3.4", 439)]],
  [{ peerPort: "0-65535" }, [{}, to("::", 0)], [BIND]],
  [{ localPort: "30000-40000" }, [{}, from("::1", 30_000)], [from("::1", 29_999), from("::1", 40_001)]],
  [{ localPort: 53 }, [BIND], [{}]],

  [{ peerAddress: "192.0.2.7" }, [{}], [to("192.0.2.8"), to("192.0.2.70"), BIND]],
  [{ peerAddress: "192.0.2.0/24" }, [{}, to("192.0.2.255")], [to("192.0.3.0"), to("::c000:207"), BIND]],
  [
    { peerAddress: ["10.0.0.0/8", "2001:db8::/32"] },
    [to("10.9.9.9"), to("2001:db8:ffff::1")],
    [{}, to("2001:db9::")],
  ],
  [{ peerAddress: "0.0.0.0/0" }, [{}, to("0.0.0.0")], [to("::1"), to("::"), BIND]],
  [{ peerAddress: "::/0" }, [to("::"), to("fe80::1%7")], [{}]],
  [{ peerAddress: "fe80::/10" }, [to("fe80::1"), to("fe80::1%2"), to("febf::%31337")], [to("fec0::1%2")]],
  [{ peerAddress: "fe80::1" }, [to("fe80::1%3")], [to("fe80::2%3")]],
  [{ localAddress: "10.42.0.0/16" }, [{}], [from("10.43.0.0"), BIND]],
  [{ localAddress: "0.0.0.0" }, [BIND], [{}, from("::")]],

  [{ peer: "node" }, [to("10.0.0.1")], [{}, to("10.0.0.10"), from("10.0.0.1"), BIND]],

  // All of them have to hold.
  [{ comm: "curl", namespace: "shop", peerPort: 443 }, [{}], [to("1.2.3.4", 80), HOST, by("wget")]],
];

for (const [condition, fits, fitsNot] of CONDITIONS) {
  test(`${JSON.stringify(condition)} fits what it says`, () => {
    const filter = newFilter(condition);
    for (const [changes, expected] of [
      [fits, "rule"],
      [fitsNot, undefined],
    ] as const) {
      for (const change of changes) {
        const { event, origin = IN_POD } = change;
        assert.equal(filter.droppedBy({ ...CONNECT, ...event }, origin), expected, JSON.stringify(change));
      }
    }
  });
}
