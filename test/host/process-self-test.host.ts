import assert from "node:assert/strict";
import { readdir } from "node:fs/promises";
import { test } from "node:test";
import { readExposition, valueIn } from "../account/exposition.ts";
import { lacking } from "../facilities.ts";
import { until } from "../probe/until.ts";
import { hierarchyTop } from "./control-groups.ts";
import { freePort, Netlog } from "./process-netlog.ts";

const top = await hierarchyTop();
const skip = lacking("bpftrace") || (top === undefined && "the control groups are not mounted as a whole");

test("The self-test makes a control group, which the probes tell of, and leaves none", {
  skip,
}, async (t) => {
  const port = await freePort();
  const config = `http: { listen: "127.0.0.1:${port}" }\nselfTest: { every: 1s }`;
  const netlog = await Netlog.start(t, { config });
  await netlog.attached();
  const value = async (name: string) => {
    const text = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
    return valueIn(readExposition(text), name, "cgroups");
  };
  const first = await until("a group was seen", () =>
    value("netlog_self_test_last_success_timestamp_seconds"),
  );
  await until(
    "another one was",
    async () => ((await value("netlog_self_test_last_success_timestamp_seconds")) ?? 0) > first,
  );
  assert.equal(await value("netlog_self_test_silent"), 0);
  netlog.child.kill("SIGTERM");
  await netlog.ended;
  const left = (await readdir(top as string)).filter((name) => name.startsWith("netlog-self-test"));
  assert.deepEqual(left, []);
});
