import assert from "node:assert/strict";
import { chmod, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { lacking } from "../facilities.ts";
import { until } from "../probe/until.ts";
import { Netlog, temporaryFolder } from "./process-netlog.ts";

const skip = lacking();

/** It attaches, sees an attempt to connect, and ends before it has seen its outcome. */
const BPFTRACE = `#!/bin/bash
[ "$1" = --version ] && echo "bpftrace v0.23.2" && exit
cat >/dev/null
now=$(awk '{ printf "%d0000000", $1 * 100 }' /proc/uptime)
say() { printf '{"type": "printf", "data": "%s\\\\n"}\\n' "$1"; }
say "ready $now $PPID"
say "0 1 tcp.attempt $now ffff8881$$ $$ 4026531833 0 10.1.0.7 52507 192.0.2.$((RANDOM % 200)) 80 0 3206 101 0 7821 curl"
echo 'no luck' >&2
exit 3
`;

test("A bpftrace that ends again and again ends netlog, after its last lines, with the reason and exit code 1", {
  skip,
  timeout: 300_000, // the pauses alone are two and a half minutes
}, async (t) => {
  const path = join(await temporaryFolder(t), "bpftrace");
  await writeFile(path, BPFTRACE);
  await chmod(path, 0o755);
  const netlog = await Netlog.start(t, { config: `bpftrace: { path: ${path} }\nselfTest: { every: 1h }` });
  await until("netlog has ended", () => netlog.isOver, 280);
  assert.deepEqual(await netlog.ended, { code: 1, signal: null });
  assert.match(
    netlog.stderr,
    /"level":60,.*"msg":"bpftrace ended 11 times in a row, the last time it ended with exit code 3; it said: no luck\. /,
  );
  const lines = netlog.read();
  assert.deepEqual(
    lines.slice(-3).map(({ record, fields }) => [record, fields["reason"]]),
    [
      ["#gap", "bpftrace-ended"],
      ["#stats", undefined],
      ["#stop", "crash-loop"],
    ],
  );
  const gaps = lines.filter(({ fields }) => fields["reason"] === "bpftrace-ended");
  assert.deepEqual(
    gaps.map(({ fields }) => fields["how"]),
    Array.from({ length: 11 }, () => "exit-3"),
  );
  // Eleven attempts, none with an outcome: the last one's line was still to come.
  assert.equal(lines.filter(({ fields }) => fields["result"] === "pending").length, 11);
  const stats = lines.at(-2)?.fields ?? {};
  assert.deepEqual([stats["restarts"], stats["lines"]], ["11", "11"]);
});
