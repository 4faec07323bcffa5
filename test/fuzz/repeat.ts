// `node --expose-gc repeat.ts BUNDLE FOLDER…`: gives a target the inputs of the folders again and again, and prints
// by how many bytes the heap grows in each round, with the standard error, and of how many inputs a round is.
import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { slopeOf } from "../slope.ts";

/** Caches have filled and code is compiled by then. */
const WARM_UP_ROUNDS = 4;
const ROUNDS = 12;
const ROUND_MS = 700;
const MAX_PER_ROUND = 5000;

const { gc } = globalThis;
if (gc === undefined) throw new Error("node needs --expose-gc");
const [bundle = "", ...folders] = process.argv.slice(2);
const { fuzz } = createRequire(import.meta.url)(bundle) as { fuzz: (data: Buffer) => void };
const inputs = folders.flatMap((folder) =>
  readdirSync(folder).map((name) => readFileSync(join(folder, name))),
);

function give(count: number): void {
  for (let index = 0; index < count; index++) fuzz(inputs[index % inputs.length] as Buffer);
}

const started = performance.now();
let perRound = 0;
while (perRound < inputs.length || (perRound < MAX_PER_ROUND && performance.now() - started < ROUND_MS)) {
  give(100);
  perRound += 100;
}
const heaps: [round: number, bytes: number][] = [];
for (let round = 0; round < WARM_UP_ROUNDS + ROUNDS; round++) {
  give(perRound);
  gc();
  gc(); // what the first one has finalized
  if (round >= WARM_UP_ROUNDS) heaps.push([round, process.memoryUsage().heapUsed]);
}
process.stdout.write(`${JSON.stringify({ ...slopeOf(heaps), inputs: perRound })}\n`);
