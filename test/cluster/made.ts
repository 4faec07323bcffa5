import { kubectl } from "./kubectl.ts";

/** Something that dial did, by its own words: netlog must have a line of it. */
export type Made = {
  readonly event: string;
  /** As netlog's text has them. */
  readonly local: string;
  readonly peer: string | undefined;
  /** The node's time. */
  readonly atMs: number;
};

/** Where it was done. */
export type Place = { readonly namespace: string; readonly pod: string; readonly container: string };

export type PlacedMade = Made & Place;

/** What a container said that it did, in its present life or the one before. */
export async function madeBy(place: Place, life: "present" | "previous" = "present"): Promise<PlacedMade[]> {
  const options = ["--container", place.container, ...(life === "previous" ? ["--previous"] : [])];
  const said = await kubectl(["logs", place.pod, "--namespace", place.namespace, ...options]);
  return read(said).map((made) => ({ ...made, ...place }));
}

/** The same of each pod that has these labels. */
export async function madeByAll(selector: string, namespace: string): Promise<PlacedMade[]> {
  const options = ["--selector", selector, "--prefix", "--tail=-1", "--max-log-requests=100"];
  const said = await kubectl(["logs", "--namespace", namespace, ...options]);
  return lines(said).flatMap((line) => {
    const [, pod, container, rest] = /^\[pod\/([^/]+)\/([^\]]+)\] (.*)$/.exec(line) ?? [];
    if (pod === undefined || container === undefined) throw new Error(`no prefix: ${line}`);
    return read(rest as string).map((made) => ({ ...made, namespace, pod, container }));
  });
}

/** What a process did that was run in a container. */
export async function madeByExec(place: Place, words: readonly (string | number)[]): Promise<PlacedMade[]> {
  const { namespace, pod, container } = place;
  const command = ["/dial", ...words.map(String)];
  const said = await kubectl([
    "exec",
    pod,
    "--namespace",
    namespace,
    "--container",
    container,
    "--",
    ...command,
  ]);
  return read(said).map((made) => ({ ...made, ...place }));
}

/** What must have come of the connections and sockets that were still open when the process ended. */
export function endsOf(made: readonly PlacedMade[]): PlacedMade[] {
  const key = ({ local, peer }: Made) => `${local} ${peer}`;
  const ended = new Set(made.filter(({ event }) => isEnd(event)).map(key));
  return made
    .filter((each) => !isEnd(each.event) && !ended.has(key(each)))
    .map((each) =>
      each.event === "udp.bind"
        ? { ...each, event: "udp.close", peer: " (any ip address):0" }
        : { ...each, event: "tcp.close" },
    );
}

const isEnd = (event: string) => event.endsWith(".close");

function read(text: string): Made[] {
  return lines(text).map((line) => {
    const [event = "", local = "", peer = "", atMs = "", ...rest] = line.split(" ");
    if (!/^\d+$/.test(atMs) || rest.length > 0) throw new Error(`not dial's: ${line}`);
    return {
      event,
      local: address(local),
      peer: peer === "-" ? undefined : address(peer),
      atMs: Number(atMs),
    };
  });
}

function address(text: string): string {
  return text.replace(/^0\.0\.0\.0:/, " (any ip address):");
}

function lines(text: string): string[] {
  return text.split("\n").filter((line) => line !== "");
}
