import assert from "node:assert/strict";
import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { before, test } from "node:test";
import { lacking } from "../facilities.ts";
import { missedReturns, tooMuch } from "../pressure/bounds.ts";
import { buildPressure } from "../pressure/build.ts";
import type { Report } from "../pressure/under-pressure.ts";
import { alignColumns } from "../scenario/table.ts";
import { whatIsMissing } from "./build/requirements.ts";
import { projectFiles } from "./guest/project.ts";
import { runInGuest } from "./guest/run.ts";
import { chosenGuests, type Guest, guestName, hasReturnProbes } from "./guests.ts";

const NIC = "--beside busy ./pressure dial 10.0.2.2 $PORT $REFUSING 1000";

const PREFORK = "./pressure prefork 64 2000";
const FAILING = "--memory-limit 24M ./pressure failing 64 8";
/** Attempts without an answer, and attempts with an ICMP error; up to 6.10 the error of the former can be taken unseen. */
const TAKING = "--beside slow-end ./pressure taking 16 16";
const TAKING_ICMP = "--beside slow-end ./pressure taking 0 16";

/** 0.23.2 takes the outcome from the raw tracepoint; 0.17 from a kprobe, for comparison. */
const RUNS: Readonly<Record<string, readonly string[]>> = {
  "5.10/trixie": [PREFORK, FAILING, NIC, TAKING_ICMP],
  "6.1/bookworm": [PREFORK, FAILING, NIC, TAKING_ICMP],
  "6.12/trixie": [PREFORK, "./pressure prefork 512 1000", FAILING, NIC, TAKING],
  "newest/trixie": [PREFORK, "./pressure prefork 512 1000", FAILING, NIC, TAKING],
  "newest/sid": [FAILING, NIC, TAKING],
};

/** Of the run as a whole, on each of its rows. */
const PER_RUN = ["extra", "lost", "unparsable", "late"];

const skip = (await whatIsMissing()) || lacking("cc");
const guests = chosenGuests().filter((guest) => guestName(guest) in RUNS);
const table: (string | number)[][] = [
  ["guest", "run", "what", "made", "seen", "inferred", "close only", "missing", "missed returns", ...PER_RUN],
];
let program: string;

before(async () => {
  if (!skip) program = await buildPressure();
});

for (const guest of guests) {
  const name = guestName(guest);
  const runs = RUNS[name] ?? [];
  test(`under pressure all is seen, inferred or counted in a guest ${name}`, { skip }, async (t) => {
    await using host = await hostSide();
    const { exitCode, output } = await runInGuest({
      ...guest,
      netdev: "user,id=net0",
      files: { ...(await projectFiles()), pressure: { from: program } },
      script: scriptOf(runs, host),
      timeLimitMs: 1_800_000,
      signal: t.signal,
    });
    assert.equal(exitCode, 0, output);
    const reports = output
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as Report);
    assert.equal(reports.length, runs.length);
    for (const [index, report] of reports.entries()) {
      const run = runs[index]?.replace(/ (10\.0\.2\.2 )?\$.*/, "").replace(/.*\.\/pressure /, "") ?? "";
      const { stats } = report;
      const perRun = [
        report.extraCount,
        ...["lost.kernel-buffer", "unparsable", "late"].map((key) => Number(stats[key])),
      ];
      for (const { sort, made, seen, inferred, closeOnly, missing } of report.tallies) {
        const counts = [made, seen, inferred, closeOnly, missing, missedReturns(sort, stats)];
        table.push([name, run, sort, ...counts, ...perRun]);
      }
      t.diagnostic(`${run}: bpftrace ${report.bpftrace}, ${report.behindMs} ms behind at the end`);
    }
    for (const [index, report] of reports.entries()) holdsUp(guest, report, runs[index] ?? "");
  });
}

test("what was made, seen and missed under pressure, in a table", { skip }, (t) => {
  for (const line of alignColumns(table)) t.diagnostic(line);
});

function holdsUp(guest: Guest, report: Report, run: string): void {
  const { tallies, missing, extra, extraCount, probes, stats, exitCode, said } = report;
  const sum = (what: "seen" | "made") => tallies.reduce((sum, tally) => sum + tally[what], 0);
  const details = JSON.stringify({ run, tallies, missing, stats, said });
  assert.equal(exitCode, 0, details);
  assert.equal(/kretprobe/.test(probes), hasReturnProbes(guest), probes);
  assert.equal("missed_returns.udp.bind" in stats, hasReturnProbes(guest), details);
  assert.deepEqual(tooMuch(tallies, stats), [], details);
  assert.ok(sum("seen") > sum("made") / 2, details);
  assert.deepEqual(
    { extra, extraCount, late: stats["late"] },
    { extra: [], extraCount: 0, late: "0" },
    details,
  );
}

/** A server on this machine's loopback, which QEMU's user network shows to the guest as 10.0.2.2. */
async function hostSide() {
  const server = createServer((socket) => socket.on("error", () => {}).end());
  const refusing = createServer();
  const ports: number[] = [];
  for (const one of [server, refusing]) {
    await once(one.listen(0, "127.0.0.1"), "listening");
    ports.push((one.address() as AddressInfo).port);
  }
  refusing.close();
  return { ports, [Symbol.asyncDispose]: async () => void server.close() };
}

function scriptOf(runs: readonly string[], { ports }: { readonly ports: readonly number[] }): string {
  return `
PORT=${ports[0]} REFUSING=${ports[1]}
chmod +x pressure
modprobe virtio_net && ip link set eth0 up && ip address add 10.0.2.15/24 dev eth0 || exit 1
bpftrace --version >/dev/null # the first start, from a cold disk, is slow
${runs.map((run) => `node project/test/pressure/under-pressure.ts ${run} || exit 1`).join("\n")}
`;
}
