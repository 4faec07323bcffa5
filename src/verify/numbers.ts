/** A run of numbers without a hole, with the times of its two ends. */
export type Stretch = { from: number; to: number; fromUs: number; toUs: number };

/** Numbers that are missing, and the times of the lines before and after them. */
export type Hole = {
  readonly from: number;
  readonly to: number;
  readonly afterUs: number;
  readonly beforeUs: number;
};

/** So many stretches are kept apart, and so many holes listed of those that were given up. */
const MAX_STRETCHES = 20_000;
const MAX_LISTED = 1000;

/**
 * Which numbers of a run have been seen, in any order. Its memory is bounded: where there are too many holes, the
 * lower half is given up, and what comes later for these counts as seen already.
 */
export class Numbers {
  #stretches: Stretch[] = [];
  #givenUp: Hole[] = [];
  #givenUpHoles = 0;
  #givenUpNumbers = 0;

  /** False where the number was there already. */
  add(n: number, utcUs: number): boolean {
    const last = this.#stretches.at(-1);
    if (last !== undefined && n === last.to + 1) {
      last.to = n;
      last.toUs = utcUs;
      return true;
    }
    return this.#insert(n, utcUs);
  }

  /** The stretches, in order; at least one once a number was added. */
  get stretches(): readonly Stretch[] {
    return this.#stretches;
  }

  /** How many holes there are, how many numbers are in them, and which they are (of very many the first and the last). */
  holes(): { readonly count: number; readonly missing: number; readonly list: readonly Hole[] } {
    const open = holesBetween(this.#stretches);
    return {
      count: this.#givenUpHoles + open.length,
      missing: this.#givenUpNumbers + sizeOf(open),
      list: [...this.#givenUp, ...open],
    };
  }

  #insert(n: number, utcUs: number): boolean {
    const at = this.#placeOf(n);
    const below = this.#stretches[at - 1];
    const above = this.#stretches[at];
    if (below !== undefined && n <= below.to) return false;
    if (below !== undefined && n === below.to + 1) {
      below.to = n;
      below.toUs = utcUs;
      if (above?.from === n + 1) {
        below.to = above.to;
        below.toUs = above.toUs;
        this.#stretches.splice(at, 1);
      }
    } else if (above?.from === n + 1) {
      above.from = n;
      above.fromUs = utcUs;
    } else {
      this.#stretches.splice(at, 0, { from: n, to: n, fromUs: utcUs, toUs: utcUs });
      if (this.#stretches.length > MAX_STRETCHES) this.#giveUpHalf();
    }
    return true;
  }

  /** The index of the first stretch that begins above n. */
  #placeOf(n: number): number {
    let low = 0;
    let high = this.#stretches.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#stretches[middle] as Stretch).from > n) high = middle;
      else low = middle + 1;
    }
    return low;
  }

  #giveUpHalf(): void {
    const lower = this.#stretches.splice(0, MAX_STRETCHES / 2);
    const holes = holesBetween(lower);
    this.#givenUpHoles += holes.length;
    this.#givenUpNumbers += sizeOf(holes);
    this.#givenUp = [...this.#givenUp, ...holes].slice(0, MAX_LISTED);
    const [first, last] = [lower[0] as Stretch, lower.at(-1) as Stretch];
    this.#stretches.unshift({ ...first, to: last.to, toUs: last.toUs });
  }
}

function holesBetween(stretches: readonly Stretch[]): Hole[] {
  return stretches.slice(1).map(({ from, fromUs }, index) => {
    const { to, toUs } = stretches[index] as Stretch;
    return { from: to + 1, to: from - 1, afterUs: toUs, beforeUs: fromUs };
  });
}

function sizeOf(holes: readonly Hole[]): number {
  return holes.reduce((sum, { from, to }) => sum + to - from + 1, 0);
}
