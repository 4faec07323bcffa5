import { output } from "./command.ts";
import { type Source, sourceLine } from "./mirror.ts";

/** What a Debian root folder is made of. */
export interface DebianRecipe {
  /** The first is the release itself, the others are added to it. */
  readonly sources: readonly Source[];
  /** As `apt-get install` takes them: `name` or `name/suite`. */
  readonly packages: readonly string[];
  /** Shell commands run before the packages are configured; `$1` is the root folder. */
  readonly before?: readonly string[];
  /** Paths of packaged files not to unpack, as patterns. */
  readonly leftOut?: readonly string[];
}

const UNREAD = ["doc", "man", "locale", "info"].map((name) => `/usr/share/${name}/*`);

/** Fills a folder with a minimal Debian. */
export async function makeDebian(recipe: DebianRecipe, folder: string): Promise<void> {
  const [release] = recipe.sources;
  if (release === undefined) throw new Error("a Debian needs a release");
  await output("mmdebstrap", [
    "--quiet",
    "--mode=root",
    "--variant=minbase",
    // The Release files of unreleased and of old suites are often past their date on mirrors.
    '--aptopt=Acquire::Check-Valid-Until "false"',
    "--dpkgopt=force-unsafe-io",
    ...[...UNREAD, ...(recipe.leftOut ?? [])].map((path) => `--dpkgopt=path-exclude=${path}`),
    `--include=${recipe.packages.join(",")}`,
    ...(recipe.before ?? []).map((command) => `--essential-hook=${command}`),
    release.suite,
    folder,
    ...recipe.sources.map(sourceLine),
  ]);
}
