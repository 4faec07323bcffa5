import assert from "node:assert/strict";
import { test } from "node:test";
import { isDeepStrictEqual } from "node:util";
import fc from "fast-check";
import { encodeComm } from "../../src/comm.ts";
import type { Endpoint, Process, SocketEvent } from "../../src/event.ts";
import type { Formatter, Stamp, StreamRecord } from "../../src/format/formatter.ts";
import { jsonFormatter } from "../../src/format/json.ts";
import { textFormatter } from "../../src/format/text.ts";
import type { Origin } from "../../src/origin.ts";
import { readLine } from "../scenario/read-line.ts";
import { event, record, stamp } from "./arbitrary.ts";
import { origin, vastOrigin } from "./arbitrary-origin.ts";
import { expectedOrigin } from "./expected-origin.ts";
import { OPTIONS } from "./samples.ts";

/** C0, C1, directions, separators, whatever else has no shape; and spaces that are not the one of ASCII. */
const INVISIBLE = /[\p{C}\p{Zl}\p{Zp}]|(?! )\p{Z}/u;
const MAX_BYTES = 8000;

type Format = {
  readonly formatter: Formatter;
  /** What only this format says of an event. */
  readonly more: (event: SocketEvent, origin: Origin) => Record<string, string | undefined>;
  /** A name in `closed_by`. */
  readonly closer: (comm: string) => string;
};

const formats: Record<string, Format> = {
  text: {
    formatter: textFormatter(OPTIONS),
    more: () => ({}),
    closer: (comm) => encodeComm(comm).toString(),
  },
  json: {
    formatter: jsonFormatter(OPTIONS),
    more: ({ kind, local, peer, netns }, { podUid, containerId }) => ({
      "network.transport": kind.slice(0, 3),
      "network.type": [local, peer].some((end) => end?.address.includes(".") && !end.address.includes(":"))
        ? "ipv4"
        : "ipv6",
      netns: String(netns),
      run: OPTIONS.run,
      "k8s.pod.uid": podUid?.toWellFormed(),
      container_id: containerId?.toWellFormed(),
    }),
    closer: (comm) => comm.toWellFormed(),
  },
};

function written({ address, port }: Endpoint): string {
  if (address === "0.0.0.0" || address === "::") return ` (any ip address):${port}`;
  return address.includes(":") ? `[${address}]:${port}` : `${address}:${port}`;
}

function head({ utcUs }: Stamp) {
  const milliseconds = new Date(Math.floor(utcUs / 1000)).toISOString().slice(0, -1);
  return { time: `${milliseconds}${String(utcUs % 1000).padStart(3, "0")}Z`, node: OPTIONS.node };
}

function expectedEvent(event: SocketEvent, origin: Origin, stamp: Stamp, { more, closer }: Format) {
  const { process, kind, local, peer, error, result, opener, closedBy, conn } = event;
  const name = (process: Process) => `${closer(process.comm)}[${process.pid}]`;
  const fields = {
    error,
    result,
    opener,
    closed_by: typeof closedBy === "object" ? name(closedBy) : closedBy,
    ...expectedOrigin(origin),
    conn,
    seq: `${OPTIONS.run}-${stamp.n}`,
    ...more(event, origin),
  };
  return {
    ...head(stamp),
    comm: encodeComm(process.comm).toString("latin1"),
    pid: process.pid,
    uid: process.uid,
    event: kind,
    local: written(local),
    peer: peer && written(peer),
    fields: sorted(fields),
  };
}

function expectedRecord({ name, fields }: StreamRecord, stamp: Stamp, more: Record<string, string>) {
  const seq = `${OPTIONS.run}-${stamp.n}`;
  return { record: `#${name}`, ...head(stamp), fields: sorted({ ...fields, ...more, seq }) };
}

/** As pairs of strings: records have no order of keys for deepEqual, and undefined is no field. */
function sorted(fields: Readonly<Record<string, unknown>>): string[][] {
  const present = Object.entries(fields).filter(([, value]) => value !== undefined);
  return present
    .map(([key, value]) => [key, String(value)])
    .toSorted(([a = ""], [b = ""]) => (a < b ? -1 : 1));
}

function read(line: string) {
  assert.ok(line.endsWith("\n"));
  assert.doesNotMatch(line.slice(0, -1), INVISIBLE);
  assert.ok(Buffer.byteLength(line) < MAX_BYTES);
  const found = readLine(line.slice(0, -1));
  const fields = sorted(found.fields);
  return found.record === undefined
    ? { ...found, comm: found.comm.toString("latin1"), fields }
    : { ...found, fields };
}

for (const [name, format] of Object.entries(formats)) {
  const { formatter } = format;

  test(`Any event as ${name} is one harmless line, from which a reader gets back what went in`, () => {
    fc.assert(
      fc.property(event, origin, stamp, (event, origin, stamp) => {
        const expected = expectedEvent(event, origin, stamp, format);
        assert.deepEqual(read(formatter.event(event, origin, stamp)), expected);
      }),
      { numRuns: 3000 },
    );
  });

  test(`Too much of everything as ${name} is one harmless line that tells all of the event itself`, () => {
    fc.assert(
      fc.property(event, vastOrigin, stamp, (event, origin, stamp) => {
        const { fields, ...found } = read(formatter.event(event, origin, stamp));
        const { fields: ofEvent, ...expected } = expectedEvent(event, {}, stamp, format);
        assert.deepEqual(found, expected);
        const missing = ofEvent.filter((pair) => !fields.some((field) => isDeepStrictEqual(field, pair)));
        assert.deepEqual(missing, []);
      }),
      { numRuns: 300 },
    );
  });

  test(`Any record as ${name} is one harmless line, from which a reader gets back what went in`, () => {
    const run: Record<string, string> = name === "json" ? { run: OPTIONS.run } : {};
    fc.assert(
      fc.property(record, stamp, (record, stamp) => {
        assert.deepEqual(read(formatter.record(record, stamp)), expectedRecord(record, stamp, run));
      }),
      { numRuns: 1000 },
    );
  });
}
