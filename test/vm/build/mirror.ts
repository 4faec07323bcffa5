import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { output, succeeds } from "./command.ts";

/** A Debian suite and where it is. */
export interface Source {
  readonly uri: string;
  readonly suite: string;
}

/**
 * The first of these suites that can be fetched from a mirror of this machine's own apt configuration, or
 * from `NETLOG_TEST_MIRROR`.
 *
 * @throws Error when none of them is there
 */
export async function findSuite(suites: readonly string[]): Promise<Source> {
  const uris = await mirrors();
  for (const suite of suites) {
    // The security pocket is an archive of its own.
    const fitting = uris.filter((uri) => uri.includes("security") === suite.endsWith("-security"));
    for (const uri of fitting) if (await isThere({ uri, suite })) return { uri, suite };
  }
  const places = uris.join(" or ") || "apt's sources, which have no Debian mirror";
  throw new Error(`no ${suites.join(" and no ")} on ${places}; NETLOG_TEST_MIRROR can name another mirror`);
}

/** The line of a sources.list. */
export function sourceLine({ uri, suite }: Source): string {
  return `deb ${uri} ${suite} main`;
}

async function mirrors(): Promise<readonly string[]> {
  const given = process.env["NETLOG_TEST_MIRROR"];
  const lines = await output("apt-get", ["indextargets", "--format", "$(REPO_URI)", "Created-By: Packages"]);
  return [...new Set([...(given ? [given] : []), ...lines.split("\n").filter(Boolean)])];
}

async function isThere({ uri, suite }: Source): Promise<boolean> {
  const folder = await mkdtemp(join(tmpdir(), "netlog-suite-"));
  // Other vendors' archives have suites with Debian's names too, but not its component main.
  const address = `${uri.replace(/\/$/, "")}/dists/${suite}/main/binary-amd64/Release`;
  try {
    // apt's own downloader, so that its proxies and transports count.
    return await succeeds("/usr/lib/apt/apt-helper", ["download-file", address, join(folder, "Release")]);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
