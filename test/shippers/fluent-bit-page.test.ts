import assert from "node:assert/strict";
import { test } from "node:test";
import { parse } from "yaml";
import { lackingHelm } from "../chart/helms.ts";
import { render } from "../chart/render.ts";
import { parser, type Section, sections } from "./fluent-bit-files.ts";
import { block } from "./page.ts";

const filters = (name: string): Section[] => sections(block(`ini ${name}`), "FILTER");
const kubernetes = (name: string) => filters(name).find((each) => each["name"] === "kubernetes") ?? {};
const parsing = (name: string) => filters(name).filter((each) => each["name"] === "parser");

/** The tag that the tail input gives to a container's log file. */
const tag = (pod: string, namespace: string, container: string) =>
  `kube.var.log.containers.${pod}_${namespace}_${container}-${"0".repeat(64)}.log`;
const fits = (match = "", text: string) =>
  new RegExp(`^${match.replaceAll(".", "\\.").replaceAll("*", ".*")}$`).test(text);

test("Step by step each parser is given the key that the step before made", () => {
  const groups = [...(parser("netlog")["regex"] ?? "").matchAll(/\(\?<(\w+)>/g)].map(([, name]) => name);
  const [rest, ...others] = parsing("fluent-bit-text");
  assert.deepEqual(others, []);
  const [first, second] = parsing("fluent-bit-text-before");
  assert.deepEqual([first?.["key_name"], first?.["parser"]], ["log", "netlog"]);
  for (const step of [rest, second]) {
    assert.deepEqual([step?.["key_name"], step?.["parser"]], ["rest", parser("netlog-rest")["name"]]);
    assert.ok(groups.includes(step?.["key_name"]));
    assert.equal(step?.["reserve_data"], "On");
  }
});

test("What the filters match are the lines of netlog's container, in its namespace", () => {
  for (const { match } of [...parsing("fluent-bit-text"), ...parsing("fluent-bit-text-before")]) {
    assert.ok(fits(match, tag("netlog-x7v2p", "netlog", "netlog")));
    assert.ok(!fits(match, tag("netlog-x7v2p", "shop", "netlog")));
    assert.ok(!fits(match, tag("netlog-x7v2p", "netlog", "proxy")));
  }
});

test("Annotations may name parsers, and text is merged where the second step looks for it", () => {
  const filter = kubernetes("fluent-bit-text");
  assert.deepEqual(
    [filter["merge_log"], filter["k8s-logging.parser"], filter["merge_log_key"]],
    ["On", "On", undefined],
  );
});

test("JSON is merged under the key of the tests' model, and dots are replaced", () => {
  const filter = kubernetes("fluent-bit-json");
  assert.deepEqual(
    [filter["merge_log"], filter["merge_log_key"], filter["keep_log"]],
    ["On", "netlog", "Off"],
  );
  const [output] = sections(block("ini fluent-bit-json"), "OUTPUT");
  assert.deepEqual([output?.["name"], output?.["replace_dots"]], ["es", "On"]);
});

test("The mounted ConfigMap is the one that the chart makes", { skip: lackingHelm }, () => {
  const { manifests } = render({ fullnameOverride: "netlog", fluentBit: { parsers: { enabled: true } } });
  const names = manifests.filter(({ kind }) => kind === "ConfigMap").map(({ metadata }) => metadata.name);
  const [volume] = parse(block("yaml fluent-bit-values")).extraVolumes;
  assert.ok(names.includes(volume.configMap.name));
});
