import assert from "node:assert/strict";
import { test } from "node:test";
import { type Comparison, compare, type Unseen } from "./compare.ts";

const HEADER = "2026-11-22T10:31:26.844466Z node-1 netlog:";
const CONNECT = "TCP 10.0.0.1:1000 -> 10.0.0.2:80";
const CLOSE = "TCP 10.0.0.1:1000 <-> 10.0.0.2:80";

function expectation(socket: string, event: string, more = {}): string {
  const addresses = { local: "10.0.0.1:1000", peer: "10.0.0.2:80" };
  const process = { pid: 7, comm_hex: "6e63", uid: 0 };
  return JSON.stringify({ case: "c", socket, event, ...process, ...addresses, ...more });
}

function scenario(...lines: string[]): string[] {
  return ['{"process":7}', ...lines, '{"done":true,"cases":1}'];
}

/** Numbers the lines from 1: `[conn, body]` or `[conn, body, fields]`. */
function log(...lines: [conn: string, body: string, fields?: string][]): string[] {
  return lines.map(([conn, body, fields = ""], index) => {
    return `${HEADER} nc[7] ${body} (uid=0)${fields && " "}${fields} conn=${conn} seq=r-${index + 1}`;
  });
}

function assertClean(result: Comparison): void {
  const { missing, extra, problems } = result;
  assert.deepEqual({ missing, extra, problems }, { missing: [], extra: [], problems: [] });
}

const oneSocket = scenario(expectation("s", "tcp.connect"), expectation("s", "tcp.close"));

test("A log with every expected line and other processes' lines is clean", () => {
  const others = `${HEADER} sshd[9] ${CONNECT} (uid=0) conn=x seq=r-3`;
  const result = compare(oneSocket, [...log(["a", CONNECT], ["a", CLOSE]), others]);
  assertClean(result);
  assert.deepEqual([result.expected, result.seen], [2, 2]);
});

test("An absent line is missing and an unexpected one of the scenario's processes is extra", () => {
  const lines = log(["a", CONNECT], ["a", CLOSE, "error=EIO"]);
  const result = compare(oneSocket, lines);
  assert.deepEqual(result.missing, [expectation("s", "tcp.close")]);
  assert.deepEqual(result.extra, [lines[1]]);
});

for (const [what, line] of [
  ["name", `${HEADER} nc2[7] ${CONNECT} (uid=0) conn=a seq=r-1`],
  ["uid", `${HEADER} nc[7] ${CONNECT} (uid=1) conn=a seq=r-1`],
  ["address", `${HEADER} nc[7] TCP 10.0.0.1:1001 -> 10.0.0.2:80 (uid=0) conn=a seq=r-1`],
  ["error", `${HEADER} nc[7] ${CONNECT} (uid=0) error=ETIMEDOUT conn=a seq=r-1`],
  ["opener", `${HEADER} nc[7] ${CONNECT} (uid=0) opener=unknown conn=a seq=r-1`],
  ["closer", `${HEADER} nc[7] ${CONNECT} (uid=0) closed_by=x[1] conn=a seq=r-1`],
]) {
  test(`A line with another ${what} is not the expected one`, () => {
    const { missing, extra } = compare(scenario(expectation("s", "tcp.connect")), [line ?? ""]);
    assert.deepEqual([missing.length, extra.length], [1, 1]);
  });
}

test("A line that only names a scenario process as the closer is extra too", () => {
  const line = `${HEADER} sshd[9] ${CLOSE} (uid=0) closed_by=nc[7] conn=x seq=r-3`;
  const { extra } = compare(oneSocket, [...log(["a", CONNECT], ["a", CLOSE]), line]);
  assert.deepEqual(extra, [line]);
});

test("Sockets with the same addresses are told apart by their conns, whatever the order", () => {
  const expected = scenario(
    expectation("first", "tcp.connect"),
    expectation("second", "tcp.connect"),
    expectation("second", "tcp.close"),
  );
  assertClean(compare(expected, log(["a", CONNECT], ["b", CONNECT], ["a", CLOSE])));
});

test("The choice among sockets with the same addresses is the one that leaves nothing unexcused", () => {
  const expected = scenario(
    expectation("first", "tcp.connect"),
    expectation("first", "tcp.close", { case: "limited" }),
    expectation("second", "tcp.connect"),
    expectation("second", "tcp.close"),
  );
  const unseen: Unseen[] = [{ case: "limited", event: "tcp.close", because: "a test" }];
  const result = compare(expected, log(["a", CONNECT], ["a", CLOSE], ["b", CONNECT]), { unseen });
  assertClean(result);
  assert.equal(result.excused.length, 1);
});

test("A socket whose lines have two conns is a problem, and its lines are seen", () => {
  const { seen, problems } = compare(oneSocket, log(["a", CONNECT], ["b", CLOSE]));
  assert.equal(seen, 2);
  assert.deepEqual(problems, ["s has more than one conn: a, b"]);
});

test("Two sockets with one conn are a problem", () => {
  const expected = scenario(
    expectation("s", "tcp.connect"),
    expectation("t", "tcp.accept", { local: "10.0.0.2:80", peer: "10.0.0.1:1000" }),
  );
  const { problems } = compare(expected, log(["a", CONNECT], ["a", "TCP 10.0.0.2:80 <- 10.0.0.1:1000"]));
  assert.deepEqual(problems, ["conn a is of more than one socket: s, t"]);
});

test("A close before its connect is a problem", () => {
  const { problems } = compare(oneSocket, log(["a", CLOSE], ["a", CONNECT]));
  assert.deepEqual(problems, ["s: its lines are not in the order in which things happened"]);
});

test("A hole and a double in seq are problems, records counted", () => {
  const [connect = "", close = ""] = log(["a", CONNECT], ["a", CLOSE]);
  const stats = (n: number) => `${HEADER} #stats made=1 seq=r-${n}`;
  assertClean(compare(oneSocket, [connect, close, stats(3)]));
  assert.deepEqual(compare(oneSocket, [connect, close, stats(4), stats(4)]).problems, [
    "seq r-4 comes after 2",
    "seq r-4 comes after 4",
  ]);
});

test("A limit of one field lets that field be absent or different, and the line not", () => {
  const expected = scenario(
    expectation("s", "tcp.connect"),
    expectation("s", "tcp.close", { closed_by: "x[8]" }),
  );
  const unseen: Unseen[] = [{ case: "*", event: "tcp.close", field: "closed_by", because: "a test" }];
  assertClean(compare(expected, log(["a", CONNECT], ["a", CLOSE]), { unseen }));
  assert.equal(compare(expected, log(["a", CONNECT]), { unseen }).missing.length, 1);
});

const ofKernel = { pid: 0, comm_hex: Buffer.from("kworker/").toString("hex"), kernel_thread: true };

test("A kernel thread's lines are of whichever worker it was, and of those addresses only", () => {
  const expected = scenario(
    expectation("s", "tcp.connect", ofKernel),
    expectation("s", "tcp.close", ofKernel),
  );
  const of = (comm: string, body: string, fields = "") => `${HEADER} ${comm} ${body} (uid=0)${fields} conn=a`;
  const open = `${of("kworker/0:1[88]", CONNECT)} seq=r-1`;
  assertClean(compare(expected, [open, `${of("kworker/0:1[88]", CLOSE, " closed_by=kernel")} seq=r-2`]));
  assertClean(compare(expected, [open, `${of("kworker/0:1[88]", CLOSE)} seq=r-2`]));
  const twice = compare(expected, [
    open,
    `${of("kworker/u4:2[99]", CLOSE)} seq=r-2`,
    `${of("kworker/u4:2[99]", CLOSE)} seq=r-3`,
  ]);
  assert.deepEqual([twice.missing.length, twice.extra.length], [0, 1]);
  assert.equal(compare(expected, [open, `${of("sshd[88]", CLOSE)} seq=r-2`]).missing.length, 1);
});

test("A worker's line of other addresses is nobody's", () => {
  const other = `${HEADER} kworker/0:1[88] TCP 10.9.9.9:1 -> 10.9.9.8:2 (uid=0) conn=x seq=r-3`;
  assertClean(compare(oneSocket, [...log(["a", CONNECT], ["a", CLOSE]), other]));
});

test("A limit holds for all cases that begin so, and for one socket where it names one", () => {
  const expected = scenario(expectation("c/s", "tcp.accept"), expectation("c/t", "tcp.accept"));
  const limit = { event: "tcp.accept", because: "a test" };
  const counts = (unseen: Unseen) => {
    const { missing, excused } = compare(expected, [], { unseen: [unseen] });
    return [missing.length, excused.length];
  };
  assert.deepEqual(counts({ ...limit, case: "*" }), [0, 2]);
  assert.deepEqual(counts({ ...limit, case: "c*" }), [0, 2]);
  assert.deepEqual(counts({ ...limit, case: "d*" }), [2, 0]);
  assert.deepEqual(counts({ ...limit, case: "c", socket: "s" }), [1, 1]);
});

test("A close whose opening may be unseen may say that it does not know the opener", () => {
  const lines = log(["a", CLOSE, "opener=unknown"]);
  const unseen: Unseen[] = [{ case: "c", event: "tcp.close", because: "a test" }];
  const expected = scenario(expectation("s", "tcp.close"));
  assertClean(compare(expected, lines, { unseen }));
  assert.equal(compare(expected, lines).extra.length, 1);
});

test("A mistaken line is extra, unless the mistake is documented", () => {
  const expected = scenario(expectation("s", "tcp.connect", { result: "aborted", mistaken: true }));
  const lines = log(["a", CONNECT, "result=aborted"]);
  const unseen: Unseen[] = [{ case: "c", event: "tcp.connect", because: "a test" }];
  assertClean(compare(expected, []));
  assert.deepEqual(compare(expected, lines).extra, lines);
  assertClean(compare(expected, lines, { unseen }));
});

test("A scenario that broke off and a line that cannot be read are problems, and what was skipped is told", () => {
  const { problems, skipped } = compare(['{"skip":"c","reason":"no veth"}'], ["Segmentation fault"]);
  assert.equal(problems.length, 2);
  assert.deepEqual(skipped, ["c: no veth"]);
});
