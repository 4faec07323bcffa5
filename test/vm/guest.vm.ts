import assert from "node:assert/strict";
import { test } from "node:test";
import { whatIsMissing } from "./build/requirements.ts";
import { projectFiles } from "./guest/project.ts";
import { runInGuest } from "./guest/run.ts";
import { chosenGuests, guestName } from "./guests.ts";

const SCRIPT = `
uname -r
node --version
bpftrace --version
cd project
ls package.json node_modules/zod/package.json
bpftrace -e 'kprobe:tcp_connect { printf("%s connects\\n", comm); exit(); }' -c '/bin/bash ../connect.sh'
`;

const missing = await whatIsMissing();

for (const guest of chosenGuests()) {
  test(`a kprobe sees a connect in a guest ${guestName(guest)}`, { skip: missing }, async (t) => {
    const { exitCode, output, kernelRelease } = await runInGuest({
      ...guest,
      files: { ...(await projectFiles()), "connect.sh": "exec 3<>/dev/tcp/127.0.0.1/9\n" },
      script: SCRIPT,
      signal: t.signal,
    });
    const lines = output.split("\n");
    assert.equal(lines[0], kernelRelease);
    assert.equal(lines[1], process.version);
    assert.match(output, /^bash connects$/m);
    assert.equal(exitCode, 0);
  });
}
