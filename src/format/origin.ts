import type { Label, Origin } from "../origin.ts";
import { writeName } from "./name.ts";

/** How one format writes whose a socket is. */
export type OriginNotation = {
  /** In the order of writing; a key that holds undefined is left out. */
  readonly names: (origin: Origin) => Readonly<Record<string, string | true | undefined>>;
  /** What stands in front of a label's key. */
  readonly namespaceLabel: string;
  readonly podLabel: string;
  /** Quoted and escaped. */
  readonly value: (value: string | number | true) => string;
  /** A pair with what parts it from the pair before; `value` is quoted already. */
  readonly pair: (key: string, value: string) => string;
};

/** A line's bound in bytes of UTF-8, line feed included. */
const LINE_BYTES = 7999;
/** What `truncated` takes with the greatest number of labels that there can be. */
const TRUNCATED_BYTES = 32;
/** What Kubernetes allows. It is checked again because a key with a space or a `"` would make fields of its own. */
const LABEL_KEY = /^[A-Za-z0-9._/-]{1,317}$/;

export type OriginWriter = {
  readonly pairs: (origin: Origin) => string;
  /** Whether some of its labels are not there. */
  readonly truncates: (origin: Origin) => boolean;
};

type Written = { readonly text: string; readonly truncated: number };

/**
 * Writes an origin's pairs, its labels among them as long as a line holds them. An origin is written once and
 * then known by its identity: nobody may change it after that.
 *
 * @param restBytes what the longest line takes without any of these pairs
 */
export function originWriter(notation: OriginNotation, restBytes: number): OriginWriter {
  const known = new WeakMap<Origin, Written>();
  const written = (origin: Origin): Written => {
    let one = known.get(origin);
    if (one === undefined) {
      one = write(origin, notation, LINE_BYTES - restBytes);
      known.set(origin, one);
    }
    return one;
  };
  return {
    pairs: (origin) => written(origin).text,
    truncates: (origin) => written(origin).truncated > 0,
  };
}

function write(origin: Origin, notation: OriginNotation, room: number): Written {
  let text = "";
  for (const [key, value] of Object.entries(notation.names(origin))) {
    if (value === undefined) continue;
    const quoted = value === true ? notation.value(true) : writeName(value, notation.value);
    text += notation.pair(key, quoted);
  }
  const labels = writeLabels(origin, notation, room - Buffer.byteLength(text));
  return { text: text + labels.text, truncated: labels.truncated };
}

/** Labels up to the first that finds no room; the last pair says how many are left out. */
function writeLabels(origin: Origin, notation: OriginNotation, room: number): Written {
  const { namespaceLabels = [], podLabels = [] } = origin;
  const known = new Set<string>();
  let left = room - TRUNCATED_BYTES;
  let text = "";
  for (const [key, value] of prefixed(namespaceLabels, podLabels, notation)) {
    if (known.has(key)) continue;
    const pair = notation.pair(key, notation.value(value.toWellFormed()));
    left -= Buffer.byteLength(pair);
    if (left < 0) break;
    known.add(key);
    text += pair;
  }
  const truncated = namespaceLabels.length + podLabels.length - known.size;
  if (truncated > 0) text += notation.pair("truncated", notation.value(truncated));
  return { text, truncated };
}

function* prefixed(
  namespaceLabels: readonly Label[],
  podLabels: readonly Label[],
  { namespaceLabel, podLabel }: OriginNotation,
): Generator<Label, void> {
  for (const [key, value] of namespaceLabels) if (LABEL_KEY.test(key)) yield [namespaceLabel + key, value];
  for (const [key, value] of podLabels) if (LABEL_KEY.test(key)) yield [podLabel + key, value];
}
