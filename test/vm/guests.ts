import type { KernelName } from "./build/kernel.ts";
import type { UserlandName } from "./build/userland.ts";

/** A kernel and what runs on it. */
export interface Guest {
  readonly kernel: KernelName;
  readonly userland: UserlandName;
}

const KERNELS = ["5.10", "6.1", "6.12", "newest"] as const;
const USERLANDS = ["bookworm", "trixie", "sid"] as const;

/** Every kernel with every bpftrace. */
export const GUESTS: readonly Guest[] = KERNELS.flatMap((kernel) =>
  USERLANDS.map((userland) => ({ kernel, userland })),
);

/** `6.12/trixie` */
export function guestName({ kernel, userland }: Guest): string {
  return `${kernel}/${userland}`;
}

/**
 * Whether netlog has to take return probes there (probes/README.md): the newest kernel preempts, and bpftrace 0.17 gets
 * no BPF trampolines of one before 5.11. In all others they must have been chosen.
 */
export function hasReturnProbes({ kernel, userland }: Guest): boolean {
  return kernel === "newest" || (kernel === "5.10" && userland === "bookworm");
}

/**
 * The guests to test in: all, or those named by the arguments of the program or `NETLOG_TEST_GUESTS`, each
 * by kernel (`6.12`), by userland (`sid`) or by both (`6.12/trixie`).
 *
 * @throws Error when a name fits no guest
 */
export function chosenGuests(words: readonly string[] = wordsGiven()): readonly Guest[] {
  const unknown = words.filter((word) => !GUESTS.some((guest) => fits(guest, word)));
  if (unknown.length > 0)
    throw new Error(`no guest ${unknown}; there are ${GUESTS.map(guestName).join(", ")}`);
  return words.length === 0 ? GUESTS : GUESTS.filter((guest) => words.some((word) => fits(guest, word)));
}

function fits(guest: Guest, word: string): boolean {
  return [guest.kernel, guest.userland, guestName(guest)].includes(word);
}

function wordsGiven(): readonly string[] {
  const given = process.argv.slice(2);
  return given.length > 0 ? given : (process.env["NETLOG_TEST_GUESTS"] ?? "").split(/[\s,]+/).filter(Boolean);
}
