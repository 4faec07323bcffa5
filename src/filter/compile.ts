import { type AddressBits, addressBits, type Cidr, contains } from "../cidr.ts";
import type { SocketEvent } from "../event.ts";
import type { Label, Origin } from "../origin.ts";
import { patternMatcher } from "../pattern.ts";
import type { Conditions, LabelConditions, PortRange, Rule } from "../rule.ts";
import type { CompiledRule, NodeView } from "./filter.ts";

type Check<Subject> = (subject: Subject) => boolean;

type BitsOf = (address: string) => AddressBits | undefined;

/** What the rules of one filter share: an event's addresses are read once, however many rules ask. */
export type Ends = { readonly local: BitsOf; readonly peer: BitsOf };

export function newEnds(): Ends {
  return { local: remembering(addressBits), peer: remembering(addressBits) };
}

/** Makes functions of a rule's conditions, the cheap ones first. */
export function compileRule(rule: Rule, node: NodeView, ends: Ends): CompiledRule {
  const { name, action } = rule;
  return { name, action, fitsOrigin: all(ofOrigin(rule)), fitsEvent: all(ofEvent(rule, node, ends)) };
}

function* ofOrigin({
  host,
  namespace,
  pod,
  namespaceLabels,
  podLabels,
}: Conditions): Generator<Check<Origin>> {
  if (host === true) yield (origin) => origin.host === true;
  // Where nothing is known of a process it is not known to be in a container either.
  if (host === false) yield (origin) => origin.containerId !== undefined || origin.podUid !== undefined;
  if (namespace !== undefined) yield optional(patternMatcher(namespace), (origin) => origin.namespace);
  if (pod !== undefined) yield optional(patternMatcher(pod), (origin) => origin.pod);
  if (namespaceLabels !== undefined) yield labelled(namespaceLabels, (origin) => origin.allNamespaceLabels);
  if (podLabels !== undefined) yield labelled(podLabels, (origin) => origin.allPodLabels);
}

function* ofEvent(conditions: Conditions, { isOfNode }: NodeView, ends: Ends): Generator<Check<SocketEvent>> {
  const { event, uid, localPort, peerPort, peer, comm, localAddress, peerAddress } = conditions;
  const kinds = new Set(event);
  const uids = new Set(uid);
  if (event !== undefined) yield ({ kind }) => kinds.has(kind);
  if (uid !== undefined) yield ({ process }) => uids.has(process.uid);
  if (localPort !== undefined) yield ({ local }) => isIn(localPort, local.port);
  if (peerPort !== undefined) yield ({ peer }) => peer !== undefined && isIn(peerPort, peer.port);
  if (comm !== undefined) yield optional(patternMatcher(comm), ({ process }) => process.comm);
  if (peer === "node") yield optional(isOfNode, ({ peer }) => peer?.address);
  if (localAddress !== undefined)
    yield optional(inBlocks(localAddress, ends.local), ({ local }) => local.address);
  if (peerAddress !== undefined)
    yield optional(inBlocks(peerAddress, ends.peer), ({ peer }) => peer?.address);
}

function all<Subject>(checks: Iterable<Check<Subject>>): Check<Subject> {
  const list = [...checks];
  return (subject) => {
    for (const check of list) if (!check(subject)) return false;
    return true;
  };
}

/** What is not there fits nothing, not even `*`. */
function optional<Subject, Value>(
  check: Check<Value>,
  read: (subject: Subject) => Value | undefined,
): Check<Subject> {
  return (subject) => {
    const value = read(subject);
    return value !== undefined && check(value);
  };
}

/** Each key has to be there, with a value that fits. */
function labelled(
  conditions: LabelConditions,
  labelsOf: (origin: Origin) => readonly Label[] | undefined,
): Check<Origin> {
  const wanted = conditions.map(([key, values]) => ({ key, fits: patternMatcher(values) }));
  return (origin) => {
    const labels = new Map(labelsOf(origin));
    return wanted.every(({ key, fits }) => {
      const value = labels.get(key);
      return value !== undefined && fits(value);
    });
  };
}

function isIn(ranges: readonly PortRange[], port: number): boolean {
  for (const { from, to } of ranges) if (port >= from && port <= to) return true;
  return false;
}

function inBlocks(blocks: readonly Cidr[], bitsOf: BitsOf): Check<string> {
  return (address) => {
    const bits = bitsOf(address);
    if (bits === undefined) return false;
    for (const block of blocks) if (contains(block, bits)) return true;
    return false;
  };
}

/** The last answer is given again to the same question. */
function remembering(bitsOf: BitsOf): BitsOf {
  let last = "";
  let bits = bitsOf(last);
  return (address) => {
    if (address !== last) {
      last = address;
      bits = bitsOf(address);
    }
    return bits;
  };
}
