import assert from "node:assert/strict";
import { test } from "node:test";
import { freePort } from "../host/process-netlog.ts";
import { until } from "../probe/until.ts";
import { assertOnlyGaps, gap, STATS, skip, throughAFault } from "./fault.ts";
import { wrapBpftrace } from "./wrapper.ts";

/** Takes away what tells of a UDP bind, in the tracepoint set and in the kprobe set: other functions are hooked. */
const WITHOUT_BIND = String.raw`exec "$real" "$@" < <(sed 's/sys_exit_bind/sys_exit_swapon/; /^k\(ret\)\?func:inet_bind,$/d; s/^\(k\(ret\)\?func:\)inet6_bind$/\1inet_shutdown/')`;

test("A silent probe is named, netlog is not ready, and the gap has its kind of event", {
  skip,
}, async (t) => {
  const { config } = await wrapBpftrace(t, WITHOUT_BIND);
  const port = await freePort();
  const more = `selfTest: { every: 2s }\nhttp: { listen: "127.0.0.1:${port}" }\n${config}`;
  const judgement = await throughAFault(
    t,
    "silent probe",
    { config: `${STATS}\n${more}` },
    async (netlog) => {
      const notReady = async () => {
        const response = await fetch(`http://127.0.0.1:${port}/readyz`);
        return response.status === 503 && (await response.text());
      };
      assert.match(await until("it is not ready", notReady, 120), /udp\.bind \(IPv4, port 0\)/);
      assert.match(netlog.stderr, /"level":50,.*is not seen: udp\.bind \(IPv4, port 0\)/);
      await gap(netlog, "silent-probe");
    },
  );
  assertOnlyGaps(judgement, "silent-probe");
  assert.deepEqual([...new Set(judgement.gaps.map(({ event }) => event))], ["udp.bind"]);
});
