import { setTimeout as delay } from "node:timers/promises";

/**
 * Waits until something is there. Throws, naming it, when it does not come in `seconds`; an emulated node takes its
 * time, so no deadline here means anything by itself.
 */
export async function eventually<T>(
  what: string,
  look: () => Promise<T | undefined>,
  seconds = 600,
): Promise<T> {
  const deadline = performance.now() + seconds * 1000;
  while (performance.now() < deadline) {
    const found = await look();
    if (found !== undefined) return found;
    await delay(2000);
  }
  throw new Error(`${what}: not within ${seconds} s`);
}
