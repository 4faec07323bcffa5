import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { lackingHelm as skip } from "./helms.ts";
import { CHART, type Manifest, manifest, render } from "./render.ts";

const PARSERS = { fluentBit: { parsers: { enabled: true, namespace: "logging" } } };
const ANNOTATION = "fluentbit.io/parser";

const parsersOf = (values: object): Manifest[] =>
  render(values).manifests.filter(
    ({ kind, metadata }) => kind === "ConfigMap" && metadata.name.endsWith("-fluent-bit"),
  );
const annotationOf = (values: object): unknown =>
  manifest("DaemonSet", values).spec.template.metadata.annotations[ANNOTATION];

test("There are no parsers for Fluent Bit, and no pod asks for one, unless they are switched on", {
  skip,
}, () => {
  assert.deepEqual(parsersOf({}), []);
  assert.equal(annotationOf({}), undefined);
  assert.equal(annotationOf({ config: { format: "json" } }), undefined);
});

test("The parsers' files are put, as they are, where Fluent Bit runs", { skip }, () => {
  const [found, ...others] = parsersOf(PARSERS);
  assert.deepEqual(others, []);
  assert.deepEqual([found.metadata.name, found.metadata.namespace], ["shop-netlog-fluent-bit", "logging"]);
  const file = (name: string) => readFileSync(join(CHART, "files/fluent-bit", name), "utf8").trim();
  assert.deepEqual(Object.keys(found.data), ["parsers.conf", "parsers.yaml"]);
  for (const [name, text] of Object.entries<string>(found.data)) assert.equal(text.trim(), file(name));
});

test("Without a namespace of their own the parsers are in the release's", { skip }, () => {
  const [found] = parsersOf({ fluentBit: { parsers: { enabled: true } } });
  assert.equal(found.metadata.namespace, "agents");
});

test("The pods ask for the first parser, by the name that it has, unless told to ask for another", {
  skip,
}, () => {
  const [first] =
    readFileSync(join(CHART, "files/fluent-bit/parsers.conf"), "utf8").match(/(?<=Name +)\S+/) ?? [];
  assert.equal(annotationOf(PARSERS), first);
  assert.equal(annotationOf({ ...PARSERS, config: { format: "text" } }), first);
  assert.equal(annotationOf({ ...PARSERS, podAnnotations: { [ANNOTATION]: "mine" } }), "mine");
});
