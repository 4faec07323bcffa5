import pino, { type LevelWithSilent, type Logger } from "pino";
import pretty from "pino-pretty";

const RETRY_MS = 200;

/** netlog's own messages, on standard error: JSON for machines, plain lines for somebody at a terminal. */
export function createLog(level: LevelWithSilent, isTerminal: boolean): Logger {
  const stream = isTerminal
    ? pretty({ destination: 2, sync: true, ignore: "pid,hostname", translateTime: "SYS:HH:MM:ss" })
    : destination();
  return pino({ level, base: null }, stream);
}

/** Where nobody reads them, messages wait, up to a megabyte, and netlog goes on: it does not stand still for them. */
function destination() {
  const stream = pino.destination({ fd: 2, sync: true, maxLength: 1 << 20, retryEAGAIN: () => false });
  let isWaiting = false;
  stream.on("error", () => {
    if (isWaiting) return;
    isWaiting = true;
    const again = () => {
      isWaiting = false;
      stream.write(""); // any write tries what waits
    };
    setTimeout(again, RETRY_MS).unref();
  });
  return stream;
}
