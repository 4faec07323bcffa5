/** A guest that did not get to the end of its job: it hung, crashed, or its time was up. */
export class GuestError extends Error {
  override readonly name = "GuestError";
  /** The folder with `console.log`. */
  readonly folder: string;

  constructor(folder: string, consoleText: string, cause: unknown) {
    super(
      `guest failed: ${reasonOf(cause)}\nthe end of ${folder}/console.log:\n${lastLines(consoleText, 30)}`,
      {
        cause,
      },
    );
    this.folder = folder;
  }
}

function reasonOf(cause: unknown): string {
  if (!(cause instanceof Error)) return String(cause);
  return cause.name === "TimeoutError" ? "its time limit was over" : cause.message;
}

function lastLines(text: string, count: number): string {
  return text.trimEnd().split("\n").slice(-count).join("\n");
}
