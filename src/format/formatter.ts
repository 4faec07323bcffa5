import type { SocketEvent } from "../event.ts";
import type { Origin } from "../origin.ts";

/** When and as which line of this run something is written. */
export type Stamp = {
  /** UTC in whole microseconds since 1970. */
  readonly utcUs: number;
  /** 1, 2, 3, … without a hole. */
  readonly n: number;
};

/** What stays the same for a whole run. */
export type FormatterOptions = {
  /** The node's name. */
  readonly node: string;
  /** This start's id, the first half of every `seq`. */
  readonly run: string;
};

/** The stream's own records. */
export type StreamRecord = {
  readonly name: "start" | "stats" | "gap" | "limited" | "stop";
  /** In the order of printing; lower-case keys. */
  readonly fields: Readonly<Record<string, string | number>>;
};

/** Makes lines, each with its line feed. README.md has the grammar. */
export type Formatter = {
  /** `origin` is whose the event is; `{}` where nothing is known. It must not change afterwards: see origin.ts. */
  readonly event: (event: SocketEvent, origin: Origin, stamp: Stamp) => string;
  /** Whether the lines of this origin leave labels out. */
  readonly truncates: (origin: Origin) => boolean;
  readonly record: (record: StreamRecord, stamp: Stamp) => string;
};
