import assert from "node:assert/strict";
import { test } from "node:test";
import { lackingHelm } from "../cluster/requirements.ts";
import { refusal } from "./render.ts";

const skip = await lackingHelm();

const REFUSED: readonly [what: string, values: object, said: RegExp][] = [
  ["no image", { image: { repository: "" } }, /image\.repository is empty: set it to /],
  [
    "a service account of nobody's",
    { serviceAccount: { create: false } },
    /serviceAccount\.name is empty while serviceAccount\.create is false: name /,
  ],
  [
    "probes of an address that the kubelet cannot ask",
    { config: { http: { listen: "127.0.0.1:9464" } } },
    /config\.http\.listen is "127\.0\.0\.1:9464": .*; set it to ":9464", or /,
  ],
  [
    "a file where nothing can be written",
    { config: { state: { path: "/var/lib/netlog/state" } } },
    /config\.state\.path is set: .*; remove it/,
  ],
  [
    "a DaemonSet that looks at itself",
    { config: { scope: "pod" } },
    /config\.scope is "pod": .*; remove it, /,
  ],
  [
    "too little memory",
    { resources: { limits: { memory: "128Mi" } } },
    /resources\.limits\.memory is 128 Mi: .*; set it to /,
  ],
  [
    "an amount that the heap's bound is not derived from",
    { resources: { limits: { memory: "1G" } } },
    /memory/,
  ],
  [
    "text parsers for JSON",
    { config: { format: "json" }, fluentBit: { parsers: { enabled: true } } },
    /fluentBit\.parsers\.enabled is true while config\.format is "json": .*; set it to false/,
  ],
  ["too little time to stop", { terminationGracePeriodSeconds: 2 }, /terminationGracePeriodSeconds/],
  ["an unknown key", { imagee: {} }, /imagee/],
  ["an unknown key below another", { image: { name: "netlog" } }, /image.*name/s],
  ["an unknown key of the configuration", { config: { fromat: "json" } }, /config.*fromat/s],
  ["an unknown word in the configuration", { config: { format: "xml" } }, /config\/format/],
  ["YAML's own word for off", { config: { kubernetes: false } }, /config\/kubernetes/],
];

for (const [what, values, said] of REFUSED) {
  test(`${what} is refused, by the value's name`, { skip }, () => assert.match(refusal(values), said));
}

test("Helm's own key, global, is not refused", { skip }, () => {
  assert.equal(refusal({ global: { imageRegistry: "registry.example" } }), "");
});

for (const listen of ["", ":9464", "0.0.0.0:9464", "[::]:9464"]) {
  test(`http.listen ${JSON.stringify(listen)} is not refused`, { skip }, () => {
    assert.equal(refusal({ config: { http: { listen } } }), "");
  });
}
