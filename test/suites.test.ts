import { test } from "node:test";
import { lackingCluster } from "./cluster/requirements.ts";
import { lackingForRun } from "./container/requirements.ts";
import { lacking } from "./facilities.ts";
import { whatIsMissing as missingForGuests } from "./vm/build/requirements.ts";

// The suites that `npm test` leaves out, so that its report says so, and what each lacks on this machine.
const SUITES = {
  "test:host": lacking("bpftrace", "cc"),
  "test:container": await lackingForRun(),
  "test:vm": (await missingForGuests()) || lacking("cc"),
  "test:cluster": await lackingCluster(),
};

for (const [name, reason] of Object.entries(SUITES)) {
  test(`npm run ${name}`, { skip: reason || "a suite of its own, which could run here" }, () => {});
}
