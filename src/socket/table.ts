import type { Endpoint, Process } from "../event.ts";

/** What netlog remembers of a socket from its opening to its end. */
export type SocketEntry = {
  readonly inode: string;
  readonly protocol: "tcp" | "udp";
  /**
   * `connecting`: an attempt without outcome; `open`: connected, accepted or bound;
   * `over`: an attempt that came to nothing, remembered so that a late word on it makes no second line.
   */
  phase: "connecting" | "open" | "over";
  readonly process: Process;
  readonly cgroup: number;
  readonly netns: number;
  readonly bootUs: number;
  local: Endpoint;
  readonly peer: Endpoint;
  /** The errno of an ICMP error that an attempt got: the process can know it, though the attempt may go on. */
  icmpError?: number;
};

/**
 * The open sockets by the kernel's pointer, bounded: when full, the oldest goes. Of those it forgot it keeps
 * the keys, bounded too, so that their ends can say why nobody knows who opened them.
 */
export class SocketTable {
  readonly #max: number;
  readonly #entries = new Map<string, SocketEntry>();
  readonly #evicted = new Map<string, string>();
  /** Entries of open sockets that were dropped because the table was full. */
  evictions = 0;

  constructor(max: number) {
    this.#max = max;
  }

  get size(): number {
    return this.#entries.size;
  }

  get(pointer: string): SocketEntry | undefined {
    return this.#entries.get(pointer);
  }

  set(pointer: string, entry: SocketEntry): void {
    this.#entries.delete(pointer); // so that it becomes the youngest
    this.#entries.set(pointer, entry);
    this.#evicted.delete(pointer);
    if (this.#entries.size > this.#max) this.#evictOldest();
  }

  delete(pointer: string): void {
    this.#entries.delete(pointer);
  }

  /** Whether this socket's entry was evicted; asking forgets it. */
  takeEvicted(pointer: string, inode: string): boolean {
    const evicted = this.#evicted.get(pointer);
    this.#evicted.delete(pointer);
    return evicted !== undefined && (inode === "0" || evicted === inode);
  }

  #evictOldest(): void {
    const [pointer, entry] = this.#entries.entries().next().value as [string, SocketEntry];
    this.#entries.delete(pointer);
    if (entry.phase === "over") return;
    this.evictions++;
    this.#evicted.set(pointer, entry.inode);
    if (this.#evicted.size > this.#max) this.#evicted.delete(this.#evicted.keys().next().value as string);
  }
}
