// Measures netlog beside other tools and prints tables: npm run bench, npm run bench -- vm; what its proofs cost on a
// quiet machine: npm run bench -- quiet, npm run bench -- quiet-vm
import { spawnSync } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { lacking } from "../facilities.ts";
import { whatIsMissing } from "../vm/build/requirements.ts";
import { buildLoad } from "./load.ts";
import { measureHere, measureInGuest, measureQuietInGuest } from "./machines.ts";
import { measureQuiet } from "./quiet.ts";
import { report } from "./report.ts";

const what = process.argv[2] ?? "native";
const inGuest = what.endsWith("vm");
const missing = inGuest ? (await whatIsMissing()) || lacking("cc") : lacking("bpftrace", "cc");
if (missing) {
  process.stderr.write(`cannot measure: ${missing}\n`);
  process.exit(1);
}
if (what.startsWith("quiet")) {
  process.stdout.write(await (inGuest ? measureQuietInGuest() : measureQuiet(30)));
  process.exit(0);
}
const folder = await mkdtemp(join(tmpdir(), "netlog-bench-"));
try {
  const load = await buildLoad(folder);
  const outcome = await (inGuest ? measureInGuest(load) : measureHere(load));
  const bpftrace = spawnSync("bpftrace", ["--version"], { encoding: "utf8" }).stdout;
  const machine = inGuest ? "an emulated guest, bpftrace 0.23.2" : `this machine, ${bpftrace.trim()}`;
  process.stdout.write(report(outcome, machine));
} finally {
  await rm(folder, { recursive: true });
}
