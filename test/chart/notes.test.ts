import assert from "node:assert/strict";
import { test } from "node:test";
import { valuesFile } from "./goldens.ts";
import { HELMS, lackingHelm as skip } from "./helms.ts";
import { notes } from "./notes.ts";

const ENFORCE = "pod-security.kubernetes.io/enforce";
const LABEL = `kubectl label namespace agents ${ENFORCE}=privileged --overwrite`;

/** A namespace's labels, or none where there is no such namespace yet; and what is said of Pod Security. */
const SAID: readonly (readonly [labels: Record<string, string> | undefined, said: RegExp | undefined])[] = [
  [
    { [ENFORCE]: "baseline" },
    /^NO POD WILL COME UP: the namespace agents enforces Pod Security's "baseline"/m,
  ],
  [
    { [ENFORCE]: "restricted" },
    /^NO POD WILL COME UP: the namespace agents enforces Pod Security's "restricted"/m,
  ],
  [{ [ENFORCE]: "privileged" }, undefined],
  [{ "pod-security.kubernetes.io/warn": "restricted" }, undefined],
  [{}, undefined],
  [
    undefined,
    /^Its pods use .* Where none come up and .kubectl describe daemonset .* says "violates PodSecurity":$/m,
  ],
];

for (const helm of skip ? ["no Helm"] : HELMS) {
  for (const [labels, said] of SAID) {
    const where = labels === undefined ? "no namespace yet" : `a namespace with ${JSON.stringify(labels)}`;
    test(`${where}: the line to type ${said === undefined ? "is not there" : "is there"} (${helm})`, {
      skip,
    }, async () => {
      for (const scenario of ["default", "least"]) {
        const text = await notes(helm, valuesFile(scenario), labels && { name: "agents", labels });
        assert.match(text, /^netlog runs on each amd64 Linux node/);
        assert.equal(text.includes(LABEL), said !== undefined);
        if (said !== undefined) assert.match(text, said);
      }
    });
  }
}
