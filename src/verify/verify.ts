import type { Reading } from "./log-line.ts";
import { readLine } from "./read-line.ts";
import { type InputCounts, type Report, reportOn } from "./report.ts";
import { Run } from "./run.ts";
import { splitLines } from "./split.ts";
import { Unwrapper } from "./unwrap.ts";

/**
 * Reads a log to its end and says what is missing of it. Its memory grows with the number of runs and, up to a bound,
 * of holes in them, not with the number of lines.
 *
 * @throws the error of the stream
 */
export async function verify(chunks: AsyncIterable<Uint8Array>): Promise<Report> {
  const log = new Log();
  const lines = splitLines(chunks);
  let next = await lines.next();
  for (; !next.done; next = await lines.next()) for (const line of next.value) log.take(line);
  log.takeRest(next.value);
  return log.report();
}

/** What has been read of a log. */
export class Log {
  readonly input: InputCounts = { lines: 0, netlog: 0, damaged: 0, firstDamaged: 0, foreign: 0 };
  readonly #runs = new Map<string, Map<string, Run>>();
  readonly #unwrapper = new Unwrapper();

  take(line: string): void {
    this.input.lines++;
    const unwrapped = this.#unwrapper.take(line);
    if (unwrapped === "partial") return;
    const reading: Reading = unwrapped === "foreign" ? unwrapped : readLine(unwrapped.text);
    if (typeof reading === "string") {
      this.#countOther(reading);
    } else {
      this.input.netlog++;
      this.#run(reading.node, reading.run).add(reading);
    }
  }

  /** What the input ends with, without a line feed: nothing of it is believed. */
  takeRest(text: string): void {
    if (text === "") return;
    this.input.lines++;
    const unwrapped = this.#unwrapper.take(text);
    const isForeign = typeof unwrapped === "string" || readLine(unwrapped.text) === "foreign";
    this.#countOther(isForeign ? "foreign" : "damaged");
  }

  report(): Report {
    const runs = [...this.#runs.values()].flatMap((runs) => [...runs.values()]);
    return reportOn(runs, this.input);
  }

  #countOther(reading: "damaged" | "foreign"): void {
    if (reading === "damaged" && this.input.damaged === 0) this.input.firstDamaged = this.input.lines;
    this.input[reading]++;
  }

  #run(node: string, id: string): Run {
    const run = this.#runs.get(node)?.get(id) ?? new Run(copy(node), copy(id));
    if (run.isNew) {
      const runs = this.#runs.get(node) ?? new Map<string, Run>();
      this.#runs.set(run.node, runs.set(run.run, run));
    }
    return run;
  }
}

/** A slice would keep the whole input that it was cut from. */
function copy(text: string): string {
  return Buffer.from(text, "utf16le").toString("utf16le");
}
