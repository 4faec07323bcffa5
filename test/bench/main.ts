// Measures netlog beside other tools and prints tables: npm run bench, npm run bench -- vm
import { spawnSync } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { lacking } from "../facilities.ts";
import { whatIsMissing } from "../vm/build/requirements.ts";
import { buildLoad } from "./load.ts";
import { measureHere, measureInGuest } from "./machines.ts";
import { report } from "./report.ts";

const inGuest = process.argv[2] === "vm";
const missing = inGuest ? (await whatIsMissing()) || lacking("cc") : lacking("bpftrace", "cc");
if (missing) {
  process.stderr.write(`cannot measure: ${missing}\n`);
  process.exit(1);
}
const folder = await mkdtemp(join(tmpdir(), "netlog-bench-"));
try {
  const load = await buildLoad(folder);
  const outcome = await (inGuest ? measureInGuest(load) : measureHere(load));
  const bpftrace = spawnSync("bpftrace", ["--version"], { encoding: "utf8" }).stdout;
  const what = inGuest ? "an emulated guest, bpftrace 0.23.2" : `this machine, ${bpftrace.trim()}`;
  process.stdout.write(report(outcome, what));
} finally {
  await rm(folder, { recursive: true });
}
