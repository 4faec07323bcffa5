import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { type EventLine, type RecordLine, readLine } from "../scenario/read-line.ts";
import { eventually } from "./eventually.ts";
import type { Made } from "./made.ts";
import { NAMESPACE } from "./release.ts";

/** Whose a line says that it is: those of its pairs that tell it. */
export type Whose = Readonly<Record<string, string>>;

export type Found<M extends Made> = { readonly made: M; readonly line: EventLine };

/** dial tells of a connect when it has its outcome; its line has the time of the attempt. */
const CONNECTING_MS = 10_000;
const KEYS = new Set(["namespace", "pod", "container", "container_id", "k8s", "host", "unit", "truncated"]);

/** What a pod of netlog's writes in its present life: all of it, read once and as it comes. */
export class NetlogLog implements Disposable {
  readonly events: EventLine[] = [];
  readonly records: RecordLine[] = [];
  /** The lines of both, as they stand in the log. */
  readonly raw: string[] = [];
  /** netlog's own messages, which the kubelet keeps in the same file. */
  readonly messages: string[] = [];
  readonly #kubectl: ChildProcess;
  #broken: unknown;

  constructor(pod: string) {
    this.#kubectl = spawn("kubectl", ["logs", "--follow", pod, "--namespace", NAMESPACE], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    const lines = createInterface({ input: this.#kubectl.stdout as NodeJS.ReadableStream });
    lines.on("line", (line) => {
      try {
        this.#take(line);
      } catch (error) {
        this.#broken ??= error;
      }
    });
    this.#kubectl.once("error", (error) => {
      this.#broken ??= error;
    });
    this.#kubectl.once("exit", (code) => {
      if (code) this.#broken ??= new Error(`kubectl logs ${pod} ended with ${code}`);
    });
  }

  [Symbol.dispose](): void {
    this.#kubectl.kill();
  }

  #take(line: string): void {
    if (line.startsWith("{")) {
      this.messages.push(line);
      return;
    }
    this.raw.push(line);
    const read = readLine(line);
    if (read.record === undefined) this.events.push(read);
    else this.records.push(read);
  }

  /** Waits until this finds something. */
  async until<T>(what: string, look: (log: this) => T | undefined, seconds?: number): Promise<T> {
    return eventually(
      what,
      async () => {
        if (this.#broken !== undefined) throw this.#broken;
        return look(this);
      },
      seconds,
    );
  }

  /** The line of each thing that was made: one of its event and addresses. Waits until netlog has written them. */
  async linesOf<M extends Made>(made: readonly M[]): Promise<readonly Found<M>[]> {
    let missing: readonly M[] = made;
    const find = () => {
      const outcomes = this.events.filter(({ fields }) => fields["result"] !== "pending");
      const lines = Map.groupBy(outcomes, keyOf);
      const found = [...Map.groupBy(made, keyOf)].flatMap(([key, same]) => pair(same, lines.get(key) ?? []));
      const done = new Set(found.map(({ made }) => made));
      missing = made.filter((each) => !done.has(each));
      return missing.length === 0 ? found : undefined;
    };
    return this.until("all lines", find).catch((cause) => {
      const what = missing.map((each) => `${JSON.stringify(each)}\n`).join("");
      throw new Error(`netlog has no line of these ${missing.length} of ${made.length}:\n${what}`, { cause });
    });
  }
}

/**
 * Sockets may have the same addresses one after the other: the first that was made belongs to the first line that is
 * not of an earlier one.
 */
function pair<M extends Made>(made: readonly M[], lines: readonly EventLine[]): Found<M>[] {
  const conns = lines.map(({ fields }) => fields["conn"]);
  if (new Set(conns).size < conns.length) throw new Error(`two lines of one: ${JSON.stringify(made)}`);
  const inOrder = made.toSorted((one, other) => one.atMs - other.atMs);
  const since = (inOrder[0]?.atMs ?? 0) - CONNECTING_MS;
  const candidates = lines.filter(({ time }) => Date.parse(time) >= since);
  return inOrder.flatMap((made, index) => {
    const line = candidates[index];
    return line === undefined ? [] : [{ made, line }];
  });
}

export function whose({ fields }: EventLine): Whose {
  const pairs = Object.entries(fields).filter(([key]) => KEYS.has(key) || /^(?:ns|pod)\./.test(key));
  return Object.fromEntries(pairs);
}

/** By what a thing that was made and its line are found together. */
export function keyOf({ event, local, peer }: Pick<Made, "event" | "local" | "peer">): string {
  return `${event} ${local} ${peer}`;
}
