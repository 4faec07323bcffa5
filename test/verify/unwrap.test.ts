import assert from "node:assert/strict";
import { test } from "node:test";
import { Unwrapper } from "../../src/verify/unwrap.ts";

const LINE = "2026-11-22T10:31:26.844466Z node-1 netlog: #stop reason=SIGTERM seq=mb3x9k-17";
const JSON_LINE = '{"timestamp":"2026-11-22T10:31:26.844466Z","event":"netlog.stop"}';
const TIME = "2026-11-22T10:31:27.123456789Z";
const docker = (log: string, stream = "stdout") => JSON.stringify({ log, stream, time: TIME });

const PREFIXES: readonly (readonly [what: string, wrap: (line: string) => string])[] = [
  ["as it is", (line) => line],
  ["with a carriage return", (line) => `${line}\r`],
  ["kubectl logs --prefix", (line) => `[pod/netlog-x2x4z/netlog] ${line}`],
  ["kubectl logs --timestamps", (line) => `${TIME} ${line}`],
  ["kubectl logs --prefix --timestamps", (line) => `[pod/netlog-x2x4z/netlog] ${TIME} ${line}`],
  ["the kubelet's log file", (line) => `${TIME} stdout F ${line}`],
  ["a log file with the node's time zone", (line) => `2026-11-22T11:31:27.1+01:00 stdout F ${line}`],
  ["a log file with more tags", (line) => `${TIME} stdout F:x:y ${line}`],
  ["Docker's log file", (line) => docker(`${line}\n`)],
];

for (const [what, wrap] of PREFIXES) {
  test(`A line is taken out of its wrapping: ${what}`, () => {
    for (const line of [LINE, JSON_LINE]) assert.deepEqual(new Unwrapper().take(wrap(line)), { text: line });
  });
}

test("What a process wrote to stderr is none of netlog's lines", () => {
  const unwrapper = new Unwrapper();
  assert.equal(unwrapper.take(`${TIME} stderr F ${LINE}`), "foreign");
  assert.equal(unwrapper.take(`${TIME} stderr P ${LINE}`), "foreign");
  assert.equal(unwrapper.take(docker(`${LINE}\n`, "stderr")), "foreign");
  assert.equal(unwrapper.take('{"log":"cut o'), "foreign");
});

test("The parts of a line are put together, whatever stands between them", () => {
  for (const wrap of [
    (text: string, last: boolean) => `${TIME} stdout ${last ? "F" : "P"} ${text}`,
    (text: string, last: boolean) => docker(last ? `${text}\n` : text),
  ]) {
    const unwrapper = new Unwrapper();
    assert.equal(unwrapper.take(wrap(LINE.slice(0, 10), false)), "partial");
    assert.equal(unwrapper.take(`${TIME} stderr F {"level":30}`), "foreign");
    assert.deepEqual(unwrapper.take(`[pod/a/netlog] ${wrap(JSON_LINE, true)}`), { text: JSON_LINE });
    assert.equal(unwrapper.take(wrap(LINE.slice(10, 20), false)), "partial");
    assert.deepEqual(unwrapper.take(wrap(LINE.slice(20), true)), { text: LINE });
    assert.deepEqual(unwrapper.take(wrap(LINE, true)), { text: LINE });
  }
});

test("A file that ends in a part does not take the first line of the next", () => {
  for (const line of [LINE, JSON_LINE]) {
    const unwrapper = new Unwrapper();
    assert.equal(unwrapper.take(`${TIME} stdout P ${LINE.slice(0, 60)}`), "partial");
    assert.deepEqual(unwrapper.take(`${TIME} stdout F ${line}`), { text: line });
    assert.equal(unwrapper.take(`${TIME} stdout P ${LINE.slice(0, 60)}`), "partial");
    assert.equal(unwrapper.take(`${TIME} stdout P ${line.slice(0, 60)}`), "partial");
    assert.deepEqual(unwrapper.take(`${TIME} stdout F ${line.slice(60)}`), { text: line });
  }
});

test("Parts without an end take bounded memory", () => {
  const unwrapper = new Unwrapper();
  const part = "x".repeat(60_000);
  for (let index = 0; index < 100; index++) unwrapper.take(`${TIME} stdout P ${part}`);
  const whole = unwrapper.take(`${TIME} stdout F end`);
  assert.ok(typeof whole === "object" && whole.text.length === 65_536);
  const kept = Array.from({ length: 2000 }, (_, index) =>
    unwrapper.take(`[pod/p-${index}/c] ${TIME} stdout P x`),
  );
  assert.equal(kept.filter((unwrapped) => unwrapped === "partial").length, 1000);
});

test("Only what stands in front is a wrapping", () => {
  for (const line of [
    `say [pod/a/b] ${LINE}`,
    ` ${TIME} stdout F ${LINE}`,
    `${TIME}  ${LINE}`,
    `[pod/a b/c] ${LINE}`,
  ])
    assert.deepEqual(new Unwrapper().take(line), { text: line });
});
