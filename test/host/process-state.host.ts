import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { readProgress } from "../../src/account/state-file.ts";
import { lacking } from "../facilities.ts";
import { until } from "../probe/until.ts";
import { listen, Netlog, temporaryFolder } from "./process-netlog.ts";

const skip = lacking("bpftrace");

for (const [end, signal] of [
  ["an unclean end", "SIGKILL"],
  ["a clean end", "SIGTERM"],
] as const) {
  test(`After ${end} the next start writes a gap from the time in the state file`, { skip }, async (t) => {
    const path = join(await temporaryFolder(t), "state");
    const config = `state: { path: ${path} }`;
    const { dial } = await listen(t);

    const first = await Netlog.start(t, { config });
    await first.attached();
    assert.match(await first.line("#gap"), / #gap from=unknown to=\S+ reason=start seq=\S+-2$/);
    const noted = await until("how far it came is noted", () => readProgress(path));
    await until("it is noted again", async () => (await readProgress(path))?.time !== noted.time);
    await first.line(await dial());
    const dialledAt = new Date().toISOString();
    first.child.kill(signal);
    await first.ended;
    const left = await readProgress(path);
    assert.ok(left !== undefined);
    assert.ok(first.stdout.includes(` seq=${left.run}-${left.n}\n`));
    // An attempt waits 3 s for its outcome and 2 s for a name, and what waits dies with a SIGKILL.
    const beforeMs = Date.parse(dialledAt) - Date.parse(left.time);
    if (signal === "SIGKILL") assert.ok(beforeMs > 5000, `${beforeMs} ms before`);
    else {
      // Up to then netlog watched, and #stop says the same.
      const stop = first.read().at(-1);
      assert.deepEqual(
        [stop?.record, stop?.time, stop?.fields["seq"]],
        ["#stop", left.time, `${left.run}-${left.n}`],
      );
      assert.ok(beforeMs <= 0, `${beforeMs} ms before`);
    }

    const second = await Netlog.start(t, { config });
    await second.attached();
    const gap = await second.line("reason=restart");
    assert.match(second.lines[0] ?? "", / #start /);
    assert.match(gap, new RegExp(` #gap from=${RegExp.escape(left.time)} to=\\S+ reason=restart seq=`));
    assert.equal(second.lines.indexOf(gap), 1);
  });
}
