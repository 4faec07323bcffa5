import assert from "node:assert/strict";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { output } from "../vm/build/command.ts";
import { imageFileSystem, netlogImage } from "./images.ts";
import { lackingDocker } from "./requirements.ts";

/** What the parts weigh together, with a little room: README.md has them one by one. */
const MOST_BYTES = 330_000_000;
const PROGRAM = "usr/local/lib/netlog";

const skip = await lackingDocker();

describe("The image", { skip }, () => {
  let image: string;
  let folder: string;
  let version: string;

  const inspected = async () => JSON.parse(await output("docker", ["image", "inspect", image]))[0];
  const file = (path: string) => output("tar", ["-xOf", join(folder, "image.tar"), path]);

  before(async () => {
    image = await netlogImage();
    folder = await mkdtemp(join(tmpdir(), "netlog-test-"));
    await imageFileSystem(image, join(folder, "image.tar"));
    const packageJson = await readFile(new URL("../../package.json", import.meta.url), "utf8");
    ({ version } = JSON.parse(packageJson));
  });
  after(() => rm(folder, { recursive: true, force: true }));

  test("is not larger than its parts", async (t) => {
    const { Size: bytes } = await inspected();
    t.diagnostic(`${Math.round(bytes / 1e6)} MB`);
    assert.ok(bytes < MOST_BYTES, `${bytes} bytes`);
  });

  test("has the package's version: --version, label and Dockerfile say the same", async () => {
    const { Config } = await inspected();
    const dockerfile = await readFile(new URL("../../Dockerfile", import.meta.url), "utf8");
    assert.equal(await output("docker", ["run", "--rm", image, "--version"]), `netlog ${version}\n`);
    assert.equal(Config.Labels["org.opencontainers.image.version"], version);
    assert.match(dockerfile, new RegExp(`^ARG VERSION=${RegExp.escape(version)}$`, "m"));
  });

  test("is labelled with the commit that was checked out, if any", async () => {
    const { Config } = await inspected();
    assert.match(Config.Labels["org.opencontainers.image.revision"], /^(?:[0-9a-f]{40})?$/);
  });

  test("runs node itself as root, without a shell in between", async () => {
    const { Config } = await inspected();
    assert.equal(Config.User, "0:0");
    assert.deepEqual(Config.Entrypoint, ["/usr/local/bin/node", `/${PROGRAM}/bin/netlog.js`]);
  });

  test("has netlog on its path, for kubectl exec", async () => {
    const run = ["run", "--rm", "--entrypoint", "netlog", image];
    assert.equal(
      await output("docker", [...run, "--version"]),
      await output("docker", ["run", "--rm", image, "--version"]),
    );
    assert.match(await output("docker", [...run, "verify", "--help"]), /netlog verify/);
  });

  test("lists its Debian packages where scanners look, each with its licence", async (t) => {
    const status = await file("var/lib/dpkg/status");
    const packages = [...status.matchAll(/^Package: (.*)$/gm)].map(([, name]) => name as string);
    t.diagnostic(packages.join(" "));
    for (const name of ["bpftrace", "dash", "libc6", "libllvm19"]) assert.ok(packages.includes(name), name);
    for (const name of packages) assert.ok((await file(`usr/share/doc/${name}/copyright`)).length > 0, name);
    assert.match(status, /^Package: bpftrace$(?:\n.+)*\nVersion: 0\.23\.2-/m);
  });

  test("lists every npm package of which it has something, each with its licence", async (t) => {
    const bundle = await file(`${PROGRAM}/bin/netlog.js`);
    const licences = await file(`${PROGRAM}/LICENSE`);
    const { components } = JSON.parse(await file(`${PROGRAM}/sbom.cdx.json`));
    const listed = components.map(({ name }: { name: string }) => name);
    // esbuild writes the path of each file in front of what it took from there.
    const paths = bundle.matchAll(/^\s*\/\/ (?:.*\/)?node_modules\/((?:@[^/\s]+\/)?[^/\s]+)\//gm);
    const bundled = [...new Set([...paths].map(([, name]) => name as string))];
    t.diagnostic(bundled.join(" "));
    for (const name of ["pino", "yaml", "zod"]) assert.ok(bundled.includes(name), name);
    assert.deepEqual(
      bundled.filter((name) => !listed.includes(name)),
      [],
    );
    assert.deepEqual(
      bundled.filter((name) => !licences.includes(`\n${name} `)),
      [],
    );
  });
});
