import assert from "node:assert/strict";
import { test } from "node:test";
import { BOUNDED, newPath, printf, settling } from "./new-path.ts";
import { accept } from "./socket/records.ts";

test("what bpftrace lost is counted", (t) => {
  const { path, made, messages } = newPath(t);
  path.take('{"type": "lost_events", "data": {"events": 3}}');
  path.take('{"type": "lost_events", "data": {"events": 40}}');
  assert.equal(made.lost, 43);
  assert.deepEqual(messages, []);
});

test("what cannot be read is counted and told, and nothing stops", (t) => {
  const { path, counters, messages, takeAll, said } = newPath(t);
  const lines = ["WARNING: something", '{"type": "printf", "da', '{"type": "new", "msg": "x"}'];
  for (const line of lines) path.take(line);
  path.take(printf("0 1 tcp.unheard of\n"));
  path.take(printf("64 1 tcp.outcome half a"));
  takeAll(accept(10));
  assert.deepEqual([counters.unparsable, counters.messages], [2, 3]);
  assert.deepEqual(messages, [...lines, "0 1 tcp.unheard of\n", "64 1 tcp.outcome half a"]);
  assert.equal(counters.records, 1);
  assert.deepEqual(said(), ["tcp.accept 9557"]);
});

test("a probe that failed has lost an event, and why is counted and told", (t) => {
  const { path, counters, messages } = newPath(t);
  const error = (helper: string, retcode: number) =>
    JSON.stringify({ type: "helper_error", msg: "x", helper, retcode, line: 1, col: 2 });
  for (const [helper, retcode] of [
    ["map_update_elem", -7], // E2BIG
    ["map_update_elem", -7],
    ["map_update_elem", -16], // EBUSY
    ["map_delete_elem", -2], // ENOENT
  ] as const)
    path.take(error(helper, retcode));
  assert.deepEqual([counters.lostMapFull, counters.lostHelperError, counters.messages], [2, 1, 1]);
  assert.equal(messages.length, 4);
});

test("rubbish without a number is no record, and hides no loss; a record that cannot be read has come", (t) => {
  const { path, counters, made } = newPath(t);
  for (let n = 0; n < 200; n++) path.take(printf("tcp.accept 1 2"));
  path.take(printf("0 11 tcp.accept 1 2"));
  assert.deepEqual([counters.messages, counters.unparsable], [200, 1]);
  assert.deepEqual([...made.byType()], [["tcp.accept", { made: 11, received: 1 }]]);
  assert.equal(made.lost, 10);
});

test("what was made is told behind each heartbeat, and what bpftrace prints at its end is not listened to", (t) => {
  const { path, made, takeAll, pass } = newPath(t);
  const tell = (count: number) =>
    path.take(JSON.stringify({ type: "map", data: { "@made": { 64: count } } }));
  pass(1000);
  takeAll({ type: "heartbeat", bootNs: 1000e6 });
  tell(3);
  assert.equal(made.missing, 0);
  pass(1000);
  takeAll({ type: "heartbeat", bootNs: 2000e6 });
  assert.equal(made.missing, 3);
  tell(3);
  tell(7);
  made.ended();
  assert.equal(made.missing, 3);
});

test("what is made while netlog stops is no loss", BOUNDED, async (t) => {
  const { path, made, takeAll } = newPath(t);
  const { endsAt } = settling(t, path);
  takeAll({ type: "heartbeat", bootNs: 1000e6 });
  path.take(JSON.stringify({ type: "map", data: { "@made": { 0: 3 } } }));
  await endsAt(10);
  made.ended();
  assert.equal(made.missing, 0);
});
