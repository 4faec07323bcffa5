// `npm run bundle`: fills dist/ with what the image has of netlog: the program as one file, the probes, the licences
// of all that is in them, and the list of these packages (SBOM).
import { execFile } from "node:child_process";
import { cp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import { promisify } from "node:util";
import { build, type Metafile, type PluginBuild } from "esbuild";

type Package = { readonly folder: string; readonly name: string; readonly version: string };
type Reference = { readonly ref: string };
type Sbom = {
  readonly metadata: { readonly component: { name: string; readonly "bom-ref": string } };
  components: { readonly "bom-ref": string }[];
  dependencies: (Reference & { dependsOn: string[] })[];
};

const ROOT = join(import.meta.dirname, "..");
const DIST = join(ROOT, "dist");
const PROGRAM = "bin/netlog.js";

const { name, version, license, type } = await readPackage(".");
await rm(DIST, { recursive: true, force: true });
const { metafile } = await build({
  absWorkingDir: ROOT,
  entryPoints: ["src/main.ts"],
  outfile: join(DIST, PROGRAM),
  bundle: true,
  platform: "node",
  target: "node24",
  format: "esm",
  // pino and others are CommonJS, and require Node's modules when they run; an ES module has no require.
  banner: {
    js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);',
  },
  plugins: [{ name: "places", setup: keepPlaces }],
  metafile: true,
  logLevel: "warning",
});
const packages = await packagesOf(metafile);
await cp(join(ROOT, "probes"), join(DIST, "probes"), { recursive: true });
await writeJson("package.json", { name, version, license, type });
await writeJson("sbom.cdx.json", await sbom());
await writeFile(join(DIST, "LICENSE"), await licences());

/** What a file finds by its own place, such as the probes, it is to find in dist/ as it does in the checkout. */
function keepPlaces(build: PluginBuild): void {
  build.onLoad({ filter: /\.ts$/ }, async ({ path }) => {
    const place = relative(dirname(PROGRAM), relative(ROOT, path));
    const url = `new URL(${JSON.stringify(place)}, import.meta.url).href`;
    return { loader: "ts", contents: (await readFile(path, "utf8")).replaceAll("import.meta.url", url) };
  });
}

/** The packages of which something is in the bundle. */
async function packagesOf({ inputs }: Metafile): Promise<readonly Package[]> {
  const ofInput = (path: string) => /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path)?.[0] ?? [];
  const folders = new Set(Object.keys(inputs).flatMap(ofInput));
  return Promise.all(
    [...folders].sort().map(async (folder) => {
      const { name, version } = await readPackage(folder);
      return { folder, name, version };
    }),
  );
}

/**
 * npm's own list, cut down to the bundle's packages. Its --omit=dev would leave out what a tool for development
 * needs as well (npm 11.21).
 */
async function sbom(): Promise<Sbom> {
  const args = ["sbom", "--package-lock-only", "--sbom-format=cyclonedx", "--sbom-type=application"];
  const { stdout } = await promisify(execFile)("npm", args, { cwd: ROOT, maxBuffer: 2 ** 26 });
  const sbom = JSON.parse(stdout) as Sbom;
  const refs = new Set(packages.map(({ name, version }) => `${name}@${version}`));
  const missing = refs.difference(new Set(sbom.components.map((component) => component["bom-ref"])));
  if (missing.size > 0) throw new Error(`npm's list lacks ${[...missing].join(", ")}`);

  sbom.metadata.component.name = name; // npm's is the folder's
  sbom.components = sbom.components.filter((component) => refs.has(component["bom-ref"]));
  sbom.dependencies = sbom.dependencies
    .filter(({ ref }) => refs.has(ref) || ref === sbom.metadata.component["bom-ref"])
    .map(({ ref, dependsOn }) => ({ ref, dependsOn: dependsOn.filter((on) => refs.has(on)) }));
  return sbom;
}

/** netlog's licence, then those of the packages. */
async function licences(): Promise<string> {
  const texts = packages.map(async ({ folder, name, version }) => {
    const files = await readdir(join(ROOT, folder));
    const texts = files.filter((file) => /^licen[cs]e/i.test(file)).map((file) => read(join(folder, file)));
    return `${name} ${version} (${(await readPackage(folder)).license})\n\n${(await Promise.all(texts)).join("\n")}`;
  });
  return [await read("LICENSE"), ...(await Promise.all(texts))].join(`\n${"=".repeat(80)}\n\n`);
}

async function readPackage(folder: string): Promise<Record<"name" | "version" | "license" | "type", string>> {
  return JSON.parse(await read(join(folder, "package.json")));
}

async function writeJson(file: string, value: unknown): Promise<void> {
  await writeFile(join(DIST, file), `${JSON.stringify(value, null, 2)}\n`);
}

function read(file: string): Promise<string> {
  return readFile(join(ROOT, file), "utf8");
}
