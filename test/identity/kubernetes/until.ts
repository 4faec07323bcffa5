import { setTimeout as delay } from "node:timers/promises";

/** Waits for something to be true. Throws, naming it, when it is not in `seconds`. */
export async function until(what: string, look: () => unknown, seconds = 20): Promise<void> {
  const deadline = performance.now() + seconds * 1000;
  while (performance.now() < deadline) {
    if (look()) return;
    await delay(5);
  }
  throw new Error(`${what}: not within ${seconds} s`);
}
