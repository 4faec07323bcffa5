import { PROBES } from "../../src/probe/catalog.ts";
import type { Kernel } from "../../src/probe/kernel.ts";
import { readScripts } from "../../src/probe/script.ts";

/** The scripts of this checkout. */
export const SCRIPTS = await readScripts(new URL("../../probes/", import.meta.url));

/** Each script's subject: of one subject only one variant is used at a time. */
export const SUBJECTS: ReadonlyMap<string, string> = new Map(
  Object.values(PROBES)
    .flat()
    .flatMap(({ subject, variants }) =>
      variants.flatMap(({ scripts }) => scripts.map((name) => [name, subject] as const)),
    ),
);

/** A kernel that has everything that any script wants. */
export const KERNEL: Kernel = {
  release: "6.18.5",
  version: [6, 18],
  functions: new Set([...SCRIPTS.values()].flatMap(({ functions }) => functions)),
  fexit: { functions: new Set([...SCRIPTS.values()].flatMap(({ fexits }) => fexits)) },
  isPreempting: false,
  listsFunctions: true,
  hasMptcp: true,
  tracepoints: new Set([...SCRIPTS.values()].flatMap(({ tracepoints }) => tracepoints)),
  cgroups: { id: 0 },
  isAdmin: true,
};
