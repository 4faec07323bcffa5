import {
  type Alias,
  isAlias,
  isMap,
  isNode,
  isPair,
  isScalar,
  isSeq,
  type Node,
  type Pair,
  type YAMLMap,
} from "yaml";

import { named } from "./quote.ts";

/** Something wrong, and where in the text it begins. */
export type Problem = { readonly offset: number; readonly text: string };

export type Path = readonly (string | number)[];

/** Where the keys and the values of a document stand, as offsets into its text. */
export type Places = {
  readonly key: (path: Path) => number;
  readonly value: (path: Path) => number;
};

export type Indexed = {
  readonly places: Places;
  readonly duplicates: readonly Problem[];
  /** Aliases without an anchor before them. */
  readonly dangling: readonly Problem[];
};

/** One walk over the document, so that places are found and duplicates seen without comparing keys pairwise. */
export function indexed(root: unknown): Indexed {
  const pairs = new Map<YAMLMap, Map<string, Pair>>();
  const anchors = new Map<string, Node>();
  const targets = new Map<Alias, Node>();
  const duplicates: Problem[] = [];
  const dangling: Problem[] = [];

  walk(root);
  const index = { pairs, targets };
  const places = {
    key: (path: Path) => find(root, path, index).key,
    value: (path: Path) => find(root, path, index).value,
  };
  return { places, duplicates, dangling };

  function walk(node: unknown): void {
    if (isAlias(node)) {
      const target = anchors.get(node.source);
      const text = `no anchor ${named(`&${node.source}`)} before this alias; write the value out, in quotes where its \`*\` is meant`;
      if (target === undefined) dangling.push({ offset: start(node), text });
      else targets.set(node, target);
      return;
    }
    if (isNode(node) && node.anchor !== undefined) anchors.set(node.anchor, node);
    if (isSeq(node)) node.items.forEach(walk);
    if (isMap(node)) walkMap(node);
  }

  function walkMap(map: YAMLMap): void {
    const known = new Map<string, Pair>();
    pairs.set(map, known);
    for (const pair of map.items) {
      const name = keyText(pair);
      const text = `key ${named(name)} stands twice; remove one`;
      if (known.has(name)) duplicates.push({ offset: start(pair.key), text });
      // The later one, as in the value that the document is turned into.
      known.set(name, pair);
      walk(pair.key);
      walk(pair.value);
    }
  }
}

type Index = {
  readonly pairs: ReadonlyMap<YAMLMap, ReadonlyMap<string, Pair>>;
  readonly targets: ReadonlyMap<Alias, Node>;
};

function find(root: unknown, path: Path, { pairs, targets }: Index): { key: number; value: number } {
  let node = root;
  let key = start(root);
  let value = key;
  for (const part of path) {
    const parent = isAlias(node) ? targets.get(node) : node;
    const item = isMap(parent)
      ? pairs.get(parent)?.get(String(part))
      : isSeq(parent)
        ? parent.items[Number(part)]
        : undefined;
    if (item === undefined) break;
    node = isPair(item) ? item.value : item;
    key = isPair(item) ? start(item.key) : start(item);
    // A value that is not there has no place but that of its key.
    value = isEmpty(node) ? key : start(node);
  }
  return { key, value };
}

function isEmpty(node: unknown): boolean {
  return !isNode(node) || (isScalar(node) && (node.source ?? "") === "" && node.value === null);
}

function keyText({ key }: Pair): string {
  return String(isScalar(key) ? key.value : key);
}

function start(node: unknown): number {
  return (isNode(node) ? node.range?.[0] : undefined) ?? 0;
}
