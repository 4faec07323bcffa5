import { fuzz as fuzzOutput } from "./probe-output.ts";

/** What a script's printf said, without the JSON that bpftrace puts around it. */
export function fuzz(data: Buffer): void {
  fuzzOutput(Buffer.from(JSON.stringify({ type: "printf", data: data.toString("latin1") }), "latin1"));
}
