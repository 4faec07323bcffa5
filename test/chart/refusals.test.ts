import assert from "node:assert/strict";
import { test } from "node:test";
import { readGolden } from "./goldens.ts";
import { lackingHelm as skip } from "./helms.ts";
import { REFUSED, reason } from "./refused.ts";
import { refusal, template } from "./render.ts";

// goldens.test.ts holds what Helm says to the golden; what a message must name does not depend on it.
const messages = new Map(
  readGolden("refusals.txt")
    .split(/^# /m)
    .slice(1)
    .map((part) => part.split(/\n(.*)/s, 2) as [what: string, message: string]),
);
for (const [what, , said] of REFUSED) {
  test(`${what} is refused, by the value's name`, () => assert.match(messages.get(what) ?? "", said));
}

test("An AppArmor profile is refused where Kubernetes has no field for it", { skip }, () => {
  const values = { security: { profile: "least", appArmorProfile: { type: "Unconfined" } } };
  assert.equal(refusal(values), "");
  const { error } = template(["--values", "-", "--kube-version", "1.29.3"], {
    input: JSON.stringify({ image: { repository: "x" }, ...values }),
  });
  assert.match(
    reason(error),
    /^security\.appArmorProfile is set, and Kubernetes v1\.29\.3 .*: set podAnnotations\.container/,
  );
});

test("Helm's own key, global, is not refused", { skip }, () => {
  assert.equal(refusal({ global: { imageRegistry: "registry.example" } }), "");
});

for (const listen of ["", ":9464", "0.0.0.0:9464", "[::]:9464"]) {
  test(`http.listen ${JSON.stringify(listen)} is not refused`, { skip }, () => {
    assert.equal(refusal({ config: { http: { listen } } }), "");
  });
}

for (const path of ["", "/var/lib/netlog/state", "/var/lib/netlog/other"]) {
  test(`state.path ${JSON.stringify(path)} is not refused`, { skip }, () => {
    assert.equal(refusal({ config: { state: { path } } }), "");
  });
}
