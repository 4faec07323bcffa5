import { isDeepStrictEqual } from "node:util";

/** What takes effect while netlog runs; of everything else the next start takes notice. */
const LIVE = ["filters", "limits", "labels", "identity", "stats", "selfTest", "log"];

type Tree = Readonly<Record<string, unknown>>;

/** The keys whose values differ, in the order of the first. */
export function changedKeys<Config extends Tree>(one: Config, other: Config): (keyof Config & string)[] {
  return Object.keys(one).filter((key) => !isDeepStrictEqual(one[key], other[key]));
}

export function needsRestart(key: string): boolean {
  return !LIVE.includes(key);
}
