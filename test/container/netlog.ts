import { randomUUID } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import { GenericContainer, Wait } from "testcontainers";
import { output } from "../vm/build/command.ts";

/** What a container of netlog is given beyond an ordinary one's; all other capabilities are dropped. */
export type Rights = { readonly capabilities: readonly string[] } | "privileged";

/** A container of netlog that has attached its probes. */
export type RunningNetlog = {
  readonly id: string;
  /** The lines on its standard output until now. */
  readonly lines: () => Promise<readonly string[]>;
  /** Sends it a signal, and gives its exit code and how long it took to end. */
  readonly end: (
    signal: "SIGTERM" | "SIGKILL",
  ) => Promise<{ readonly exitCode: number; readonly ms: number }>;
  readonly remove: () => Promise<void>;
};

const TRACEFS = "/sys/kernel/tracing";
/** The host's control groups, beside the container's own part of them. */
const CGROUPS = { source: "/sys/fs/cgroup", target: "/host/sys/fs/cgroup" };

/** testcontainers has no method for this one. */
class ReadOnlyContainer extends GenericContainer {
  constructor(image: string) {
    super(image);
    this.hostConfig.ReadonlyRootfs = true;
  }
}

/** Starts netlog on a read-only root with just these rights; resolves at its start record. */
export async function startNetlog(image: string, rights: Rights): Promise<RunningNetlog> {
  const name = `netlog-test-${randomUUID()}`;
  const remove = async () => {
    await output("docker", ["rm", "--force", "--volumes", name]);
  };
  const container = new ReadOnlyContainer(image)
    .withName(name)
    .withBindMounts([
      { source: TRACEFS, target: TRACEFS, mode: "ro" },
      { ...CGROUPS, mode: "ro" },
    ])
    .withWaitStrategy(Wait.forLogMessage(/ netlog: #start /))
    .withStartupTimeout(60_000);
  if (rights === "privileged") container.withPrivilegedMode();
  else container.withDroppedCapabilities("ALL").withAddedCapabilities(...rights.capabilities);
  try {
    await container.start();
  } catch (error) {
    await remove().catch(() => {}); // it may not have come to be
    throw error;
  }
  return {
    id: name,
    lines: async () => toLines(await output("docker", ["logs", name])),
    end: async (signal) => {
      const sentMs = performance.now();
      await output("docker", ["kill", "--signal", signal, name]);
      const exitCode = Number(await output("docker", ["wait", name]));
      return { exitCode, ms: performance.now() - sentMs };
    },
    remove,
  };
}

/** Waits for the line that `pattern` fits. @throws Error when there is none after ten seconds */
export async function lineOf(netlog: Pick<RunningNetlog, "lines">, pattern: RegExp): Promise<string> {
  for (let left = 50; left > 0; left--) {
    const found = (await netlog.lines()).find((line) => pattern.test(line));
    if (found !== undefined) return found;
    await delay(200);
  }
  throw new Error(`no line fits ${pattern} in\n${(await netlog.lines()).join("\n")}`);
}

export function toLines(text: string): readonly string[] {
  return text.split("\n").filter((line) => line !== "");
}
