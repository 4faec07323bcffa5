import { join } from "node:path";
import { output } from "../vm/build/command.ts";

export type Growth = {
  /** Bytes by which the heap grows for each input, with the standard error. */
  readonly perInput: number;
  readonly error: number;
  /** A byte or more, and five times the error. */
  readonly isClear: boolean;
};

/** Gives a target, in a Node.js of its own without the fuzzer, the inputs of these folders again and again. */
export async function measureGrowth(bundle: string, ...folders: readonly string[]): Promise<Growth> {
  const repeat = join(import.meta.dirname, "repeat.ts");
  const said = await output(process.execPath, ["--expose-gc", repeat, bundle, ...folders]);
  const { perX, error, inputs } = JSON.parse(said) as { perX: number; error: number; inputs: number };
  const [perInput, errorPerInput] = [perX / inputs, error / inputs];
  return { perInput, error: errorPerInput, isClear: perInput >= 1 && perInput > 5 * errorPerInput };
}
