import { setTimeout as delay } from "node:timers/promises";

/** Waits for something to be there and true. Throws, naming it, when it does not come in `seconds`. */
export async function until<T>(what: string, look: () => T | Promise<T>, seconds = 10): Promise<Found<T>> {
  const deadline = performance.now() + seconds * 1000;
  while (performance.now() < deadline) {
    const found = await look();
    if (found !== undefined && found !== null && found !== false) return found as Found<T>;
    await delay(20);
  }
  throw new Error(`${what}: not within ${seconds} s`);
}

type Found<T> = Exclude<T, undefined | null | false>;
