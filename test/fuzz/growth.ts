import { join } from "node:path";
import { output } from "../vm/build/command.ts";

/** What code that is compiled anew takes of the heap, in a round. */
const COMPILED_BYTES = 16_384;

export type Growth = {
  /** Bytes by which the heap grows for each input, with the standard error. */
  readonly perInput: number;
  readonly error: number;
  /** A byte or more, five times the error, and more in all than what compiling takes. */
  readonly isClear: boolean;
};

/** Gives a target, in a Node.js of its own without the fuzzer, the inputs of these folders again and again. */
export async function measureGrowth(bundle: string, ...folders: readonly string[]): Promise<Growth> {
  const repeat = join(import.meta.dirname, "repeat.ts");
  const said = await output(process.execPath, ["--expose-gc", repeat, bundle, ...folders]);
  const { perX, error, inputs } = JSON.parse(said) as { perX: number; error: number; inputs: number };
  const [perInput, errorPerInput] = [perX / inputs, error / inputs];
  const isClear = perInput >= 1 && perInput > 5 * errorPerInput && perX > COMPILED_BYTES;
  return { perInput, error: errorPerInput, isClear };
}
