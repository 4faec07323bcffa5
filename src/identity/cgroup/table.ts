import { type Place, placeOf } from "./path.ts";

export type TableOptions = {
  /** How long the place of a group that is gone is remembered: its sockets' closes come behind its end. */
  readonly keepMs: number;
  /** How many of those at most. */
  readonly maxGone: number;
};

/** bpftrace cuts a path at 199 bytes (0.17) or 511: such a long one that names no container may go on with one. */
const CUT_FROM = 190;

/** The places of control groups by their ids, which no two groups of a running kernel share. */
export class CgroupTable {
  readonly #options: TableOptions;
  readonly #here = new Map<number, Place>();
  /** In the order of their ends. */
  readonly #gone = new Map<number, { readonly place: Place; readonly sinceMs: number }>();

  constructor(options: TableOptions = { keepMs: 600_000, maxGone: 50_000 }) {
    this.#options = options;
  }

  get size(): number {
    return this.#here.size + this.#gone.size;
  }

  get(id: number): Place | undefined {
    return this.#here.get(id) ?? this.#gone.get(id)?.place;
  }

  /** Takes what a probe said. What cannot be a whole path is not taken, and is so for a walk to find. */
  addReported(id: number, path: string): void {
    if (!path.startsWith("/")) return;
    const place = placeOf(path);
    if (place.containerId === undefined && path.length >= CUT_FROM) return;
    this.#add(id, place);
  }

  /** Takes what a walk found. */
  addFound(id: number, path: string): void {
    if (!this.#here.has(id)) this.#add(id, placeOf(path));
  }

  /** The group was removed. */
  remove(id: number, nowMs: number): void {
    const place = this.#here.get(id);
    if (place === undefined) return;
    this.#here.delete(id);
    this.#gone.set(id, { place, sinceMs: nowMs });
    this.#forget(nowMs);
  }

  /** Removes those that a complete walk, begun when `known` were here, did not find: their ends were missed. */
  removeUnfound(known: Iterable<number>, found: ReadonlySet<number>, nowMs: number): void {
    for (const id of known) if (!found.has(id)) this.remove(id, nowMs);
  }

  /** The ids of the groups that are here now. */
  ids(): number[] {
    return [...this.#here.keys()];
  }

  #add(id: number, place: Place): void {
    this.#gone.delete(id);
    this.#here.set(id, place);
  }

  #forget(nowMs: number): void {
    const { keepMs, maxGone } = this.#options;
    for (const [id, { sinceMs }] of this.#gone) {
      if (this.#gone.size <= maxGone && nowMs - sinceMs < keepMs) break;
      this.#gone.delete(id);
    }
  }
}
