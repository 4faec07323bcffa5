import { constants } from "node:os";
import { getSystemErrorMap } from "node:util";

// Each list lacks some names that the other has: Node's own EHOSTDOWN, libuv's ENETRESET.
const NAMES = new Map<number, string>([
  ...Object.entries(constants.errno).map(([name, number]) => [number, name] as const),
  ...[...getSystemErrorMap()].map(([number, [name]]) => [-number, name] as const),
]);

/** The symbolic name of a Linux error number of either sign (`ECONNREFUSED`), or `errno-N` for one without. */
export function errorName(errno: number): string {
  const number = Math.abs(errno);
  return NAMES.get(number) ?? `errno-${number}`;
}
