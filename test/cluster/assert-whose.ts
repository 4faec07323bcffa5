import assert from "node:assert/strict";
import type { PlacedMade } from "./made.ts";
import { type NetlogLog, type Whose, whose } from "./netlog-log.ts";

/**
 * Each of these has one line, and that says namespace, pod, container and `more` (labels), and nothing else of whose
 * it is.
 */
export async function assertWhose(log: NetlogLog, made: readonly PlacedMade[], more: Whose): Promise<void> {
  assert.ok(made.length > 0, "nothing was made");
  const found = await log.linesOf(made);
  assert.deepEqual(
    found.map(({ made, line }) => ({ ...what(made), ...whose(line) })),
    found.map(({ made }) => ({ ...what(made), ...where(made), ...more })),
  );
}

const what = ({ event, local, peer }: PlacedMade) => ({ event, local, peer });
const where = ({ namespace, pod, container }: PlacedMade) => ({ namespace, pod, container });
