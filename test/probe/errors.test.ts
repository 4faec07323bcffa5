import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { parse } from "yaml";
import { AttachError, CapabilityError } from "../../src/probe/errors.ts";

/** As bpftrace 0.23.2 says it in a pod with CAP_BPF and CAP_PERFMON on Debian's 6.12. */
const DENIED = `ERROR: create_probe_event: open(/sys/kernel/tracing/kprobe_events): Read-only file system
ERROR: Error attaching probe: kprobe:tcp_connect
`;

test("A denied perf_event_open() is told with the right that it takes, and the chart's value for it", () => {
  const { message } = new AttachError("exited with code 255", DENIED);
  assert.match(message, /kernel\.perf_event_paranoid is above 2: give CAP_SYS_ADMIN \(with the chart: /);
  const [, value] = /\(with the chart: (.*?)\), or set it to 2$/.exec(message) ?? [];
  assert.equal(value, "security.capabilities: [SYS_ADMIN]");
});

test("Another end of bpftrace is told by its own words alone", () => {
  const { message } = new AttachError("exited with code 1", "ERROR: syntax error\n");
  assert.equal(
    message,
    "bpftrace exited with code 1 before its probes were attached; it said: ERROR: syntax error",
  );
});

test("The value that the messages name is one of the chart's", () => {
  assert.match(new CapabilityError().message, /with the chart: security\.capabilities\)/);
  const values = parse(readFileSync(new URL("../../charts/netlog/values.yaml", import.meta.url), "utf8"));
  assert.deepEqual(values.security.capabilities, []);
});
