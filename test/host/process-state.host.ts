import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { readProgress } from "../../src/account/state-file.ts";
import { lacking } from "../facilities.ts";
import { until } from "../probe/until.ts";
import { Netlog, temporaryFolder } from "./process-netlog.ts";

const skip = lacking("bpftrace");

for (const [end, signal] of [
  ["an unclean end", "SIGKILL"],
  ["a clean end", "SIGTERM"],
] as const) {
  test(`After ${end} the next start writes a gap from the time in the state file`, { skip }, async (t) => {
    const path = join(await temporaryFolder(t), "state");
    const config = `state: { path: ${path} }`;

    const first = await Netlog.start(t, { config });
    await first.attached();
    const noted = await until("how far it came is noted", () => readProgress(path));
    assert.match(first.lines[1] ?? "", / #gap from=unknown to=\S+ reason=start seq=\S+-2$/);
    await until("it is noted again", async () => (await readProgress(path))?.time !== noted.time);
    first.child.kill(signal);
    await first.ended;
    const left = await readProgress(path);
    assert.ok(left !== undefined && first.lines.at(-1)?.includes(`seq=${left.run}-${left.n}`));

    const second = await Netlog.start(t, { config });
    await second.attached();
    const gap = await second.line("reason=restart");
    assert.match(second.lines[0] ?? "", / #start /);
    assert.match(gap, new RegExp(` #gap from=${RegExp.escape(left.time)} to=\\S+ reason=restart seq=`));
    assert.equal(second.lines.indexOf(gap), 1);
  });
}
