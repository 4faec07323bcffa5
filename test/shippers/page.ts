import { readFileSync } from "node:fs";
import { join } from "node:path";
import { CHART } from "../chart/render.ts";

const PAGE = readFileSync(join(CHART, "SHIPPERS.md"), "utf8");

/** A fenced block of the page: what stands behind the fence, and its content. */
export type Block = { readonly info: string; readonly text: string };

/** All fenced blocks of the page on shippers, in their order. */
export const BLOCKS: readonly Block[] = [...PAGE.matchAll(/^```(.*)\n([\s\S]*?)^```$/gm)].map(
  ([, info = "", text = ""]) => ({ info, text }),
);

/** The content of the only block with this info string. */
export function block(info: string): string {
  const found = BLOCKS.filter((each) => each.info === info);
  if (found.length !== 1) throw new Error(`${found.length} blocks of ${info} on the page`);
  return found[0]?.text as string;
}
