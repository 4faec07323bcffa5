import type { Finding } from "./check.ts";

const HEADINGS = {
  machine: "This machine",
  probe: "Probes, each attached alone",
  "self-test": "Sockets made and seen",
} as const;

/** Prints findings as they come, for a person: one screen. Resolves to whether all were good. */
export async function printFindings(
  findings: AsyncIterable<Finding>,
  print: (text: string) => void,
): Promise<boolean> {
  const seen: Finding[] = [];
  for await (const finding of findings) {
    if (finding.about !== seen.at(-1)?.about) print(`\n${HEADINGS[finding.about]}\n`);
    print(`  ${finding.ok ? "ok  " : "FAIL"}  ${finding.name.padEnd(20)} ${finding.detail}\n`);
    seen.push(finding);
  }
  const notSeen = seen.filter((finding) => finding.notSeen !== undefined);
  if (notSeen.length > 0) print("\nNot seen here\n");
  for (const { name, notSeen: what } of notSeen) print(`  ${name.padEnd(20)} ${what}\n`);
  const failed = seen.filter(({ ok }) => !ok);
  print(
    failed.length === 0
      ? "\nnetlog can log this machine.\n"
      : `\nnetlog cannot log this machine: ${failed.map(({ name }) => name).join(", ")}\n`,
  );
  return failed.length === 0;
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
