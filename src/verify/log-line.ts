/** The pairs of a stream's own record, all as text: a number of JSON's is in decimal. */
export type Fields = ReadonlyMap<string, string>;

/** What counts of a line of netlog's here: whose it is, its number, and what the stream's own records say. */
export type LogLine = {
  readonly node: string;
  /** The id of the start of netlog that wrote it. */
  readonly run: string;
  /** Its number in that run: 1, 2, 3, … */
  readonly n: number;
  /** UTC, whole microseconds since 1970. */
  readonly utcUs: number;
  /** Absent on the line of an event. */
  readonly record?: { readonly name: string; readonly fields: Fields };
};

/** `damaged`: it begins as a line of netlog's does and does not go on as one; `foreign`: it is no line of netlog's. */
export type Reading = LogLine | "damaged" | "foreign";
