import { execFileSync } from "node:child_process";
import { closeSync, constants, mkdtempSync, openSync, rmSync } from "node:fs";
import { Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";

/** A pipe of the kernel's, of which nobody reads until asked to. */
export type Pipe = {
  readonly writeFd: number;
  /** Reads what is in it and what comes, until the writer is done. */
  readonly read: () => Socket;
  /** The reader goes away. */
  readonly closeReader: () => void;
};

/** A pipe that is gone when the test is; `blocking` is how its writer waits for a slow reader. */
export function openPipe(t: TestContext, { blocking }: { blocking: boolean }): Pipe {
  const directory = mkdtempSync(join(tmpdir(), "netlog-pipe-"));
  t.after(() => rmSync(directory, { recursive: true }));
  const path = join(directory, "pipe");
  execFileSync("mkfifo", [path]);
  const { O_RDONLY, O_WRONLY, O_NONBLOCK } = constants;
  const readFd = openSync(path, O_RDONLY | O_NONBLOCK);
  const writeFd = openSync(path, O_WRONLY | (blocking ? 0 : O_NONBLOCK));
  let reader: Socket | undefined;
  let closed = false;
  const closeReader = () => {
    if (closed) return;
    closed = true;
    if (reader === undefined) closeSync(readFd);
    else reader.destroy();
  };
  t.after(() => {
    closeReader();
    closeSync(writeFd);
  });
  return {
    writeFd,
    closeReader,
    read: () => {
      reader = new Socket({ fd: readFd, readable: true, writable: false });
      return reader;
    },
  };
}
