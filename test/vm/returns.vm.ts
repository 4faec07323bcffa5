import assert from "node:assert/strict";
import { before, test } from "node:test";
import { lacking } from "../facilities.ts";
import { buildPressure } from "../pressure/build.ts";
import { whatIsMissing } from "./build/requirements.ts";
import { projectFiles } from "./guest/project.ts";
import { runInGuest } from "./guest/run.ts";
import { chosenGuests, guestName } from "./guests.ts";

/** The script alone, with a word when it is attached; at its end bpftrace prints what is in its maps. */
const SCRIPT = `
chmod +x pressure
{ echo 'BEGIN { printf("ready"); }'; tail -n +2 project/probes/kprobe/tcp-failure.kretprobe.bt; } >returns.bt
bpftrace -f json --no-warnings returns.bt >said &
until grep -q ready said; do kill -0 $! || exit 1; sleep 1; done
./pressure failing 64 8 >made || exit 1
kill -INT $!
wait $!
cat said
`;

type Maps = Record<string, unknown>;

const skip = (await whatIsMissing()) || lacking("cc");
const guests = chosenGuests().filter((guest) => guestName(guest) === "newest/trixie");
let program: string;

before(async () => {
  if (!skip) program = await buildPressure();
});

for (const guest of guests) {
  test(`threads that are gone leave nothing in the maps of return probes in a guest ${guestName(guest)}`, {
    skip,
  }, async (t) => {
    const { exitCode, output } = await runInGuest({
      ...guest,
      files: { ...(await projectFiles()), pressure: { from: program } },
      script: SCRIPT,
      timeLimitMs: 1_200_000,
      signal: t.signal,
    });
    assert.equal(exitCode, 0, output);
    const said = output.split("\n").filter((line) => line.startsWith("{"));
    const maps: Maps = Object.assign(
      {},
      ...said.map((line) => JSON.parse(line)).map(({ type, data }) => (type === "map" ? data : {})),
    );
    const entered = Number(maps["@entered_tcp_failure"]);
    const left = Number(maps["@left_tcp_failure"]);
    t.diagnostic(`${entered} calls noted, ${left} returns seen`);
    // 64 threads made 8 connects of each of three kinds.
    assert.ok(entered >= 64 * 8 * 3, output);
    for (const map of ["@connect_sk", "@connect_to"]) assert.deepEqual(maps[map] ?? {}, {}, output);
    if (entered === left) t.skip("no return was missed this time, so nothing could be left behind");
  });
}
