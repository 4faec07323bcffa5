import { printReport } from "./print.ts";
import type { Report } from "./report.ts";
import { verify } from "./verify.ts";

/** Standard input cannot be read, or nothing of netlog's is in it. */
export class VerifyError extends Error {
  override readonly name = "VerifyError";
}

const PIPE =
  "pipe the log of netlog in, for example `kubectl logs … | netlog verify`; see `netlog verify --help`";

/**
 * Verifies what comes, prints the report, and resolves to whether all of it is complete.
 *
 * @throws VerifyError
 */
export async function runVerify(
  format: "text" | "json",
  input: AsyncIterable<Uint8Array> & { readonly isTTY?: boolean },
  print: (text: string) => void,
): Promise<boolean> {
  if (input.isTTY) throw new VerifyError(`standard input is a terminal; ${PIPE}`);
  const report = await verify(input).catch((error: NodeJS.ErrnoException): Report => {
    if (error.code === undefined) throw error;
    throw new VerifyError(`cannot read standard input (${error.code}); ${PIPE}`, { cause: error });
  });
  const { lines, damaged } = report.input;
  if (report.nodes.length === 0)
    throw new VerifyError(
      `no line of netlog's on standard input (${lines} read, ${damaged} of them damaged); ${PIPE}`,
    );
  print(format === "json" ? `${JSON.stringify(report, null, 2)}\n` : printReport(report));
  return report.complete;
}
