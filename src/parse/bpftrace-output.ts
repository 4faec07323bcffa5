/**
 * One line of bpftrace's `-f json` output.
 * `text` is what a printf of a script said, as a string of bytes (each char code 0 to 255 is one byte).
 * `lost` is the number of records that bpftrace dropped since it last said so.
 * `error` is a helper of the kernel's that failed a probe, which then lost the event at hand: since its map was full, or
 * for another reason.
 * `made` is how many records the program has made, by key (probe/number-records.ts).
 * `calls` is how many calls that end in a record of this type return probes have seen enter, or leave again
 * (probe/tell-returns.ts).
 * `message` is anything else that a person should see; `nothing` is what carries no information.
 */
export type BpftraceOutput =
  | { readonly type: "text"; readonly text: string }
  | { readonly type: "lost"; readonly count: number }
  | { readonly type: "error"; readonly isMapFull: boolean; readonly message: string }
  | { readonly type: "made"; readonly counts: ReadonlyMap<number, number> }
  | {
      readonly type: "calls";
      readonly record: string;
      readonly what: "entered" | "left";
      readonly count: number;
    }
  | { readonly type: "message"; readonly message: string }
  | { readonly type: "nothing" };

const NOTHING: BpftraceOutput = { type: "nothing" };

/** As the kernel answers where a map has no room. */
const E2BIG = -7;

/** With these no event is lost: an entry was not there (any more), or memory could not be read and is empty. */
const HARMLESS = /map_(?:delete|lookup)_elem$|probe_read/;

/** On x86-64 bpftrace up to 0.26 prints a byte 0xNN above 0x7f as `\uffffffNN`, which JSON reads as U+FFFF, f, f, N, N. */
const ESCAPED_BYTE = /\uffffff([0-9a-f]{2})/g;

/**
 * Reads one line, given as a string of bytes (latin1), so that a raw byte and an escaped one stay apart:
 * U+FFFF is no byte and can only come from the escape.
 */
export function readBpftraceOutput(line: string): BpftraceOutput {
  if (line.trim() === "") return NOTHING; // 0.17 to 0.23 print blank lines at exit
  const record = parse(line);
  if (record === undefined) return { type: "message", message: line };
  const { type, data } = record;
  switch (type) {
    case "printf":
      return typeof data === "string" ? { type: "text", text: bytes(data) } : message(line);
    case "lost_events":
      return lost(data) ?? message(line);
    case "helper_error":
      return failure(record, line);
    case "map":
      return calls(data) ?? made(data);
    case "attached_probes":
      return NOTHING;
    default:
      return message(line);
  }
}

function parse(line: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined; // compile warnings and errors are plain text
  }
}

function bytes(text: string): string {
  return text.includes("\uffff")
    ? text.replace(ESCAPED_BYTE, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
    : text;
}

function lost(data: unknown): BpftraceOutput | undefined {
  const count = typeof data === "object" && data !== null ? (data as { events?: unknown }).events : undefined;
  return typeof count === "number" ? { type: "lost", count } : undefined;
}

/** Told by 0.23 and later. */
function failure({ helper, retcode }: Record<string, unknown>, line: string): BpftraceOutput {
  if (typeof helper !== "string" || HARMLESS.test(helper)) return message(line);
  return { type: "error", isMapFull: helper.endsWith("map_update_elem") && retcode === E2BIG, message: line };
}

const CALLS = /^@(entered|left)_([a-z]+)_([a-z]+)$/;

function calls(data: unknown): BpftraceOutput | undefined {
  const [name, count] = Object.entries(data ?? {})[0] ?? [];
  const [, what, protocol, call] = CALLS.exec(name ?? "") ?? [];
  return typeof count === "number" && (what === "entered" || what === "left")
    ? { type: "calls", record: `${protocol}.${call}`, what, count }
    : undefined;
}

/** The other maps come at the end only, with what calls under way had left in them. */
function made(data: unknown): BpftraceOutput {
  const map =
    typeof data === "object" && data !== null ? (data as { "@made"?: unknown })["@made"] : undefined;
  if (typeof map !== "object" || map === null) return NOTHING;
  const counts = new Map<number, number>();
  for (const [key, count] of Object.entries(map)) {
    if (typeof count === "number") counts.set(Number(key), count);
  }
  return { type: "made", counts };
}

function message(line: string): BpftraceOutput {
  return { type: "message", message: line };
}
