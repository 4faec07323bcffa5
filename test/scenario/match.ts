import { assign } from "./assign.ts";
import type { EventLine } from "./read-line.ts";

/** A documented limit of the probes in use: the line, or only the field, may be absent. */
export type Unseen = {
  /** A case, or with a `*` at its end all that begin so. */
  readonly case: string;
  readonly event: string;
  /** Of this one of the case's sockets only. */
  readonly socket?: string;
  /** `outcome` is an attempt's outcome, or an end, of which netlog may say that it did not see it. */
  readonly field?: "closed_by" | "outcome";
  readonly because: string;
};

/** A line that netlog must write, as the scenario prints it. */
export type Expectation = {
  readonly case: string;
  readonly socket: string;
  readonly event: string;
  readonly pid: number;
  readonly comm_hex: string;
  readonly uid: number;
  readonly local: string;
  readonly peer?: string;
  readonly error?: string;
  readonly result?: string;
  readonly closed_by?: string;
  /** Of a kernel thread: `pid` means nothing, `comm_hex` is what its name begins with, and another may end it. */
  readonly kernel_thread?: boolean;
  /** A line that must not be there, unless the probes in use are documented to mistake the case. */
  readonly mistaken?: boolean;
};

export type Logged = {
  readonly text: string;
  readonly line: EventLine;
  readonly conn: string;
  /** Where it stands among the lines. */
  readonly position: number;
};

export type Pairs = Map<Expectation, Logged>;

/** Pairs expectations with lines; what stays without a partner is in no pair. */
export function match(expectations: readonly Expectation[], logged: readonly Logged[], rules: Rules): Pairs {
  const pairs = matchSockets(groupBy(expectations, "socket"), groupBy(logged, "conn"), rules);
  const taken = new Set(pairs.values());
  const rest = pairUp(
    expectations.filter((each) => !pairs.has(each)),
    logged.filter((each) => !taken.has(each)),
    rules,
  );
  /* There, but under another conn than the socket's other lines: seen, and a problem for the caller. */
  for (const [expectation, found] of rest) pairs.set(expectation, found);
  return pairs;
}

/** Whether the lines stand in the order in which the pairs do. */
export function inOrder(pairs: Pairs): boolean {
  const positions = [...pairs.values()].map(({ position }) => position);
  return positions.every((position, index) => index === 0 || position > (positions[index - 1] ?? 0));
}

export function groupBy<Key extends string, T extends { readonly [key in Key]: string }>(
  all: readonly T[],
  key: Key,
): T[][] {
  return [...Map.groupBy(all, (each) => each[key]).values()];
}

export class Rules {
  readonly #unseen: readonly Unseen[];
  constructor(unseen: readonly Unseen[]) {
    this.#unseen = unseen;
  }
  mayBeAbsent(expectation: Expectation): boolean {
    return this.#limits(expectation).some(({ field }) => field === undefined);
  }
  fits(expectation: Expectation, { line }: Logged): boolean {
    const { closed_by, opener, error, result } = line.fields;
    // An end that was not seen may be told later, when the kernel uses the socket's address again.
    const inferredEnd = result === "inferred" && this.mayBeAbsent(expectation);
    const inferredOutcome = isInferred({ line }) && this.#limitsField(expectation, "outcome");
    const said = inferredEnd || inferredOutcome ? expectation : { error, result };
    // Where the opening was not seen, neither is known whose socket it was.
    const unopened = opener === "unknown" && this.mayBeAbsent(expectation);
    const key = keyOfLine(line, said, unopened ? undefined : opener);
    if (keyOfExpectation(expectation) !== key) return false;
    if (closed_by === "kernel" && expectation.kernel_thread) return true;
    return (
      inferredOutcome || closed_by === expectation.closed_by || this.#limitsField(expectation, "closed_by")
    );
  }
  #limitsField(expectation: Expectation, name: Unseen["field"]): boolean {
    return this.#limits(expectation).some(({ field }) => field === name);
  }
  #limits(expectation: Expectation): Unseen[] {
    return this.#unseen.filter((limit) => applies(limit, expectation));
  }
}

function applies(limit: Unseen, { case: name, event, socket }: Expectation): boolean {
  const sameCase = limit.case.endsWith("*") ? name.startsWith(limit.case.slice(0, -1)) : name === limit.case;
  const sameSocket = limit.socket === undefined || socket === `${name}/${limit.socket}`;
  return sameCase && sameSocket && event === limit.event;
}

/** Whether netlog says that it did not see what the line tells when it happened. */
export function isInferred({ line }: Pick<Logged, "line">): boolean {
  return line.fields["result"] === "inferred" || line.fields["result"] === "unknown";
}

/** The kernel's threads for work of all sorts, `kworker/0:1`: which one does it is chance. */
const WORKER = "kworker/";

export function isWorker({ comm }: Pick<EventLine, "comm">): boolean {
  return comm.toString("latin1").startsWith(WORKER);
}

/** Everything that must be equal but `closed_by`. */
function keyOfExpectation({ event, pid, comm_hex, uid, local, peer, error, result }: Expectation): string {
  return JSON.stringify([event, pid, comm_hex, uid, local, peer, error, result, undefined]);
}

function keyOfLine(
  { event, pid, comm, uid, local, peer }: EventLine,
  { error, result }: { readonly error?: string | undefined; readonly result?: string | undefined },
  opener?: string,
): string {
  const who = isWorker({ comm }) ? [0, Buffer.from(WORKER).toString("hex")] : [pid, comm.toString("hex")];
  return JSON.stringify([event, ...who, uid, local, peer, error, result, opener]);
}

/**
 * Sockets may have the same addresses, one after the other. So whole sockets are matched with whole conns:
 * within those that share any line, the choice that leaves the fewest lines over.
 */
function matchSockets(sockets: Expectation[][], conns: Logged[][], rules: Rules): Pairs {
  const pairs: Pairs = new Map();
  for (const { left, right } of components(sockets, conns)) {
    const none: Expectation[] = [];
    const rows = [...left, ...right.map(() => none)];
    const columns = [...right, ...left.map((): Logged[] => [])];
    const choice = assign(rows.map((row) => columns.map((column) => costOf(row, column, rules))));
    rows.forEach((row, index) => {
      for (const [expectation, logged] of pairUp(row, columns[choice[index] ?? -1] ?? [], rules))
        pairs.set(expectation, logged);
    });
  }
  return pairs;
}

function components(
  sockets: Expectation[][],
  conns: Logged[][],
): { left: Expectation[][]; right: Logged[][] }[] {
  const found = new Map<string, { left: Expectation[][]; right: Logged[][] }>();
  const parent = new Map<string, string>();
  const root = (key: string): string => {
    const up = parent.get(key) ?? key;
    return up === key ? key : root(up);
  };
  // Without the outcome, of which a line may say that it was not seen.
  const keysOfSocket = (socket: Expectation[]) =>
    socket.map((each) => keyOfExpectation({ ...each, error: "", result: "" }));
  const keysOfConn = (conn: Logged[]) => conn.map(({ line }) => keyOfLine(line, { error: "", result: "" }));
  for (const [first = "", ...rest] of [...sockets.map(keysOfSocket), ...conns.map(keysOfConn)])
    for (const key of rest) if (root(key) !== root(first)) parent.set(root(key), root(first));
  const of = (key = "") => {
    const component = found.get(root(key)) ?? { left: [], right: [] };
    found.set(root(key), component);
    return component;
  };
  for (const socket of sockets) of(keysOfSocket(socket)[0]).left.push(socket);
  for (const conn of conns) of(keysOfConn(conn)[0]).right.push(conn);
  return [...found.values()];
}

function costOf(socket: readonly Expectation[], conn: readonly Logged[], rules: Rules): number {
  const pairs = pairUp(socket, conn, rules);
  const absent = socket.filter((expectation) => !pairs.has(expectation));
  const missing = absent
    .map((each): number => (rules.mayBeAbsent(each) ? 0.01 : 1))
    .reduce((a, b) => a + b, 0);
  return missing + (conn.length - pairs.size) + (inOrder(pairs) ? 0 : 0.1);
}

function pairUp(expectations: readonly Expectation[], logged: readonly Logged[], rules: Rules): Pairs {
  const pairs: Pairs = new Map();
  const free = new Set(logged);
  for (const expectation of expectations) {
    for (const each of free) {
      if (!rules.fits(expectation, each)) continue;
      pairs.set(expectation, each);
      free.delete(each);
      break;
    }
  }
  return pairs;
}
