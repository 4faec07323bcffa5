import { cp, mkdir, mkdtemp, readdir, rename, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { output } from "../vm/build/command.ts";
import { findSuite, sourceLine } from "../vm/build/mirror.ts";

/** The authorities that this machine trusts, where Debian keeps them. */
const TRUSTED = "/etc/ssl/certs/ca-certificates.crt";

/** As in Debian's slim images: no documents, but the licences. */
const LEFT_OUT = [
  "exclude=/usr/share/doc/*",
  "include=/usr/share/doc/*/copyright",
  "exclude=/usr/share/man/*",
];

/** Makes the Docker image `name` of Debian trixie, from this machine's own mirror. */
export async function importDebian(name: string): Promise<void> {
  await importRoot(name, [], async () => {});
}

/** The same with the Node.js that runs this, npm as its own package has it, and what this machine trusts. */
export async function importDebianWithNode(name: string): Promise<void> {
  await importRoot(name, [`ENV NODE_EXTRA_CA_CERTS=${TRUSTED}`], async (root) => {
    const local = join(root, "usr/local");
    await cp(process.execPath, join(local, "bin/node"));
    await copyIfThere(join(dirname(process.execPath), "../LICENSE"), join(local, "LICENSE"));
    await copyIfThere(TRUSTED, join(root, TRUSTED));
    await addNpm(local);
  });
}

async function importRoot(
  name: string,
  changes: readonly string[],
  addFiles: (root: string) => Promise<void>,
): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "netlog-image-"));
  const [root, tar] = [join(folder, "root"), join(folder, "root.tar")];
  try {
    const dpkg = LEFT_OUT.map((path) => `--dpkgopt=path-${path}`);
    const source = sourceLine(await findSuite(["trixie"]));
    await output("mmdebstrap", [
      "--quiet",
      "--mode=root",
      "--variant=minbase",
      ...dpkg,
      "trixie",
      root,
      source,
    ]);
    await addFiles(root);
    await output("tar", ["-C", root, "-cf", tar, "."]);
    await output("docker", ["import", ...changes.map((change) => `--change=${change}`), tar, name]);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** From the registry: a distribution's npm is spread over many packages, npm's own is one folder. */
async function addNpm(local: string): Promise<void> {
  const modules = join(local, "lib/node_modules");
  await mkdir(modules, { recursive: true });
  await output("npm", ["pack", "--silent", "npm@11", "--pack-destination", modules]);
  for (const archive of await readdir(modules)) {
    await output("tar", ["-C", modules, "-xf", join(modules, archive)]);
    await rm(join(modules, archive));
  }
  await rename(join(modules, "package"), join(modules, "npm"));
  await symlink("../lib/node_modules/npm/bin/npm-cli.js", join(local, "bin/npm"));
}

async function copyIfThere(from: string, to: string): Promise<void> {
  await mkdir(dirname(to), { recursive: true });
  await cp(from, to).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "ENOENT") throw error;
  });
}
