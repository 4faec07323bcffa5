import { createSocket } from "node:dgram";
import { type EventEmitter, once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import type { EventKind, SocketEvent } from "../event.ts";
import type { CgroupRecord } from "../probe-record.ts";
import { CgroupTest } from "./cgroup-test.ts";

/** How long an event may take from the socket to here: a heartbeat and a busy machine. */
const WAIT_MS = 3000;

/** Loopback sockets take milliseconds; without a limit one that hangs would be the last test of a run. */
const MAKE_MS = 10_000;

/** What is tested: kinds of events, and whether control groups are seen. */
export type Tested = EventKind | "cgroups";

/** Something that must be seen: a kind of event on one address family, a control group. */
export type Check = { readonly kind: Tested; readonly what: string; readonly seen: boolean };

type Family = {
  readonly name: "IPv4" | "IPv6";
  readonly address: string;
  readonly udp: "udp4" | "udp6";
  readonly nowhere: string;
};

/** `nowhere` is an address of many, to which no TCP connection can be: the kernel refuses without a packet. */
const FAMILIES: readonly Family[] = [
  { name: "IPv4", address: "127.0.0.1", udp: "udp4", nowhere: "255.255.255.255" },
  { name: "IPv6", address: "::1", udp: "udp6", nowhere: "ff0e::1" },
];

/**
 * Makes real loopback sockets, for each kind of event, and sees whether the probes report them. Its own events
 * are known by netlog's own process and by the sockets of the run, and nothing else is taken for them.
 */
export class SelfTest {
  readonly #kinds: ReadonlySet<EventKind>;
  /** Ports of the listeners; every TCP socket of a run has one of them at one of its ends. */
  #ports = new Set<number>();
  #expected: {
    readonly check: Omit<Check, "seen">;
    matches: (event: SocketEvent) => boolean;
    seen: boolean;
  }[] = [];

  readonly cgroup: CgroupTest;

  /** `groupsTop`: where the control groups' hierarchy is mounted, as far as that is known. */
  constructor(kinds: Iterable<EventKind>, groupsTop: () => string | undefined = () => undefined) {
    this.#kinds = new Set(kinds);
    this.cgroup = new CgroupTest(groupsTop);
  }

  /** Whether a record is of the control group that this test made. */
  takeCgroup(record: CgroupRecord): boolean {
    return this.cgroup.take(record);
  }

  /** Whether an event of netlog's own process is one that this test made, and so needs no line. */
  take(event: SocketEvent): boolean {
    if (![event.local.address, event.peer?.address].some(isOfTheTest)) return false;
    const isOurs =
      event.kind.startsWith("udp") ||
      FAMILIES.some(({ nowhere }) => nowhere === event.peer?.address) ||
      this.#ports.has(event.local.port) ||
      this.#ports.has(event.peer?.port ?? 0);
    if (!isOurs) return false;
    for (const expected of this.#expected) if (expected.matches(event)) expected.seen = true;
    return true;
  }

  /** Makes the sockets and waits for their events. What cannot be tested here (IPv6 off, no right to make a group) is left out. */
  async run(): Promise<Check[]> {
    this.#ports = new Set();
    this.#expected = [];
    const tooLong = delay(MAKE_MS, undefined, { ref: false }).then(() => {
      throw new Error(`they took more than ${MAKE_MS / 1000} s`);
    });
    await Promise.race([this.#makeSockets(), tooLong]);
    const hasGroup = this.cgroup.make();
    const isAllSeen = () => this.#expected.every(({ seen }) => seen) && (!hasGroup || this.cgroup.isSeen);
    const giveUpAt = performance.now() + WAIT_MS;
    while (!isAllSeen() && performance.now() < giveUpAt) await delay(20);
    const checks: Check[] = this.#expected.map(({ check, seen }) => ({ ...check, seen }));
    if (hasGroup) checks.push({ kind: "cgroups", what: "made and removed", seen: this.cgroup.isSeen });
    return checks;
  }

  async #makeSockets(): Promise<void> {
    for (const family of FAMILIES) {
      if (!(await isUsable(family))) continue;
      await this.#tcp(family);
      await this.#udp(family);
    }
  }

  async #tcp({ name, address, nowhere }: Family): Promise<void> {
    const server = createServer(answer).listen(0, address);
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    this.#ports.add(port);
    const toPort = ({ peer }: SocketEvent) => peer?.port === port && peer.address === address;
    const fromPort = ({ local }: SocketEvent) => local.port === port && local.address === address;
    this.#expect(
      "tcp.connect",
      `${name}, established`,
      (event) => toPort(event) && event.error === undefined,
    );
    this.#expect("tcp.accept", name, fromPort);
    this.#expect("tcp.close", `${name}, connected`, toPort);
    this.#expect("tcp.close", `${name}, accepted`, fromPort);

    await closed(connect(port, address).resume());
    await closed(server.close());
    this.#expect(
      "tcp.connect",
      `${name}, refused`,
      (event) => toPort(event) && event.error === "ECONNREFUSED",
    );
    await closed(connect(port, address));
    this.#expect(
      "tcp.connect",
      `${name}, unreachable`,
      ({ peer, error }) => peer?.address === nowhere && error !== undefined,
    );
    await closed(connect(port, nowhere));
  }

  async #udp({ name, address, udp }: Family): Promise<void> {
    const onAddress = ({ local }: SocketEvent) => local.address === address;
    this.#expect("udp.bind", `${name}, port 0`, onAddress);
    this.#expect("udp.connect", name, onAddress);
    this.#expect("udp.close", name, onAddress);
    const socket = createSocket(udp).bind(0, address);
    await once(socket, "listening");
    socket.connect(socket.address().port, address);
    await once(socket, "connect");
    await closed(socket.close());
  }

  #expect(kind: EventKind, what: string, matches: (event: SocketEvent) => boolean): void {
    if (!this.#kinds.has(kind)) return;
    this.#expected.push({
      check: { kind, what },
      matches: (event) => event.kind === kind && !isGuessed(event) && matches(event),
      seen: false,
    });
  }
}

/** An end that no probe saw: it is told when the kernel uses the socket's memory again, by this test's next socket as well. */
function isGuessed({ kind, result }: SocketEvent): boolean {
  return kind.endsWith(".close") && result === "inferred";
}

/** Whoever connects here may reset: that is no error of netlog's. */
function answer(socket: Socket): void {
  socket
    .on("error", () => {})
    .end()
    .resume();
}

/** Waits for the end; an error before it is one of the test's own, and shows in what is not seen. */
async function closed(socket: EventEmitter): Promise<void> {
  socket.on("error", () => {});
  await new Promise<void>((resolve) => socket.once("close", () => resolve()));
}

function isOfTheTest(address: string | undefined): boolean {
  return FAMILIES.some((family) => family.address === address || family.nowhere === address);
}

async function isUsable({ address }: Family): Promise<boolean> {
  const server = createServer().listen(0, address);
  try {
    await once(server, "listening");
    server.close();
    return true;
  } catch {
    return false;
  }
}
