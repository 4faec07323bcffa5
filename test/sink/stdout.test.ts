import assert from "node:assert/strict";
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from "node:fs";
import type { Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { LineSink } from "../../src/sink/stdout.ts";
import { openPipe } from "./pipe.ts";

const MIB = 1024 * 1024;
const PIPE_BYTES = 64 * 1024;
const MAX_BYTES = 16 * MIB;

const fail = (error: Error) => {
  throw error;
};

/** Lines of 8,000 bytes that say which they are. */
const line = (n: number) => `${String(n).padEnd(7997, ".")}é\n`;

async function take(reader: Socket, bytes: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let taken = 0;
  for await (const chunk of reader.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    taken += chunk.length;
    if (taken >= bytes) break;
  }
  return Buffer.concat(chunks);
}

for (const blocking of [true, false]) {
  const how = blocking ? "a pipe" : "a non-blocking pipe";

  test(`lines reach the reader of ${how} as they were written, in order`, async (t) => {
    const pipe = openPipe(t, { blocking });
    const sink = new LineSink(pipe.writeFd, fail);
    const lines = ["one\n", "zwei: é 🐝\n", "lone \udcff\n"];
    for (const text of lines) sink.write(text);
    await sink.flush();
    const expected = Buffer.from(lines.join(""));
    assert.deepEqual([sink.writtenBytes, sink.handedBytes], [expected.length, expected.length]);
    assert.deepEqual(await take(pipe.read(), expected.length), expected);
  });

  test(`when nobody reads from ${how} memory is bounded, and nothing that was taken is lost`, async (t) => {
    const pipe = openPipe(t, { blocking });
    const sink = new LineSink(pipe.writeFd, fail);
    const lines: string[] = [];
    let bytes = 0;
    while (sink.hasRoom) {
      const text = line(lines.length);
      lines.push(text);
      bytes += Buffer.byteLength(text);
      sink.write(text);
      if (lines.length % 100 === 0) await new Promise(setImmediate);
    }
    assert.ok(bytes >= MAX_BYTES && bytes <= MAX_BYTES + PIPE_BYTES + 16_000, `${bytes} bytes wait`);

    assert.ok(!sink.hasRoom);
    assert.equal(sink.writtenBytes, bytes);
    assert.ok(sink.handedBytes <= PIPE_BYTES);
    const reader = pipe.read();
    const first = await take(reader, PIPE_BYTES + MIB);
    assert.ok(!sink.hasRoom, "not before half of it is read");
    const read = take(reader, bytes - first.length).then((rest) => Buffer.concat([first, rest]));
    await sink.flush();
    assert.ok(sink.hasRoom);
    assert.ok((await read).equals(Buffer.from(lines.join(""))));
  });

  test(`when the reader of ${how} goes away that is told once`, async (t) => {
    const pipe = openPipe(t, { blocking });
    const errors: NodeJS.ErrnoException[] = [];
    const sink = new LineSink(pipe.writeFd, (error) => errors.push(error));
    sink.write("read by nobody\n");
    await sink.flush();
    pipe.closeReader();
    for (let n = 0; n < 3; n++) {
      sink.write("too late\n");
      await sink.flush();
    }
    assert.deepEqual(
      errors.map(({ code }) => code),
      ["EPIPE"],
    );
  });

  test(`a reader of ${how} that goes away while lines wait for it ends the wait`, async (t) => {
    const pipe = openPipe(t, { blocking });
    let told = 0;
    const sink = new LineSink(pipe.writeFd, () => told++);
    for (let n = 0; n < 100; n++) sink.write(line(n));
    const flushed = sink.flush();
    pipe.closeReader();
    await flushed;
    assert.equal(told, 1);
  });
}

test("there is nothing to wait for where nothing was written", async (t) => {
  const { writeFd } = openPipe(t, { blocking: true });
  await new LineSink(writeFd, fail).flush();
});

test("lines reach a file", async (t) => {
  const directory = mkdtempSync(join(tmpdir(), "netlog-file-"));
  const path = join(directory, "lines");
  const fd = openSync(path, "w");
  t.after(() => {
    closeSync(fd);
    rmSync(directory, { recursive: true });
  });
  const sink = new LineSink(fd, fail);
  for (let n = 0; n < 10; n++) sink.write(`line ${n}\n`);
  await sink.flush();
  assert.equal(readFileSync(path, "utf8"), Array.from({ length: 10 }, (_, n) => `line ${n}\n`).join(""));
});
