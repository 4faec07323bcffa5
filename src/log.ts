import pino, { type LevelWithSilent, type Logger } from "pino";
import pretty from "pino-pretty";

/** netlog's own messages, on standard error: JSON for machines, plain lines for somebody at a terminal. */
export function createLog(level: LevelWithSilent, isTerminal: boolean): Logger {
  const stream = isTerminal
    ? pretty({ destination: 2, sync: true, ignore: "pid,hostname", translateTime: "SYS:HH:MM:ss" })
    : pino.destination({ fd: 2, sync: true });
  return pino({ level, base: null }, stream);
}
