import type { Finding } from "./check.ts";

const HEADINGS = {
  machine: "This machine",
  probe: "Probes, each attached alone",
  "self-test": "Sockets made and seen",
} as const;

const COLUMNS = 120;
/** Where what was found of a name begins. */
const INDENT = " ".repeat(29);

/**
 * Prints findings as they come, for a person: one screen, of some 40 lines of 120 columns at most where all is well. Sockets
 * that were seen are one line for each kind of event. Resolves to whether all were good.
 */
export async function printFindings(
  findings: AsyncIterable<Finding>,
  print: (text: string) => void,
): Promise<boolean> {
  const all: Finding[] = [];
  for await (const finding of findings) {
    if (finding.about !== all.at(-1)?.about)
      print(`${all.length > 0 ? "\n" : ""}${HEADINGS[finding.about]}\n`);
    if (finding.about !== "self-test" || !finding.ok) print(row(finding));
    all.push(finding);
  }
  const seen = Map.groupBy(
    all.filter(({ about, ok }) => about === "self-test" && ok),
    ({ name }) => name,
  );
  for (const [name, sockets] of seen) print(row({ ok: true, name, detail: byFamily(sockets) }));
  const notSeen = all.filter((finding) => finding.notSeen !== undefined);
  if (notSeen.length > 0) print("\nNot seen here\n");
  for (const { name, notSeen: what = "" } of notSeen) print(wrap(`        ${name.padEnd(20)} `, what));
  const failed = all.filter(({ ok }) => !ok);
  print(
    failed.length === 0
      ? "\nnetlog can log this machine.\n"
      : `\nnetlog cannot log this machine: ${[...new Set(failed.map(({ name }) => name))].join(", ")}\n`,
  );
  return failed.length === 0;
}

function row({ ok, name, detail }: Pick<Finding, "ok" | "name" | "detail">): string {
  const head = `  ${ok ? "ok  " : "FAIL"}  ${name.padEnd(20)} `;
  return ok ? wrap(head, detail) : `${head}${detail}\n`; // what to do about it stays whole, to be copied
}

/** `IPv4, established` and `IPv4, refused` as `IPv4 established, refused`. */
function byFamily(sockets: readonly Finding[]): string {
  const parts = sockets.map(({ detail }) => detail.split(", "));
  const families = Map.groupBy(parts, ([family = ""]) => family);
  return [...families]
    .map(([family, of]) => `${family} ${of.flatMap(([, ...what]) => what).join(", ")}`.trim())
    .join("; ");
}

/** The text behind its head, on as many lines as it takes. */
function wrap(head: string, text: string): string {
  let printed = "";
  let line = head;
  for (const word of text.split(" ")) {
    if (line.length > INDENT.length && line.length + word.length > COLUMNS) {
      printed += `${line.trimEnd()}\n`;
      line = INDENT;
    }
    line += `${word} `;
  }
  return `${printed}${line.trimEnd()}\n`;
}

/** Prints all findings as one JSON object: `ok`, and `findings` as check.ts has them. */
export async function printFindingsAsJson(
  findings: AsyncIterable<Finding>,
  print: (text: string) => void,
): Promise<boolean> {
  const all: Finding[] = [];
  for await (const finding of findings) all.push(finding);
  const ok = all.every((finding) => finding.ok);
  print(`${JSON.stringify({ ok, findings: all }, null, 2)}\n`);
  return ok;
}
