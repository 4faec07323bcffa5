/**
 * A reader of netlog's lines for the tests, written from the description of the format and not from the
 * formatter. It is strict: a line that it cannot take apart completely is an error.
 */

export type RecordLine = {
  readonly record: string;
  readonly time: string;
  readonly node: string;
  readonly fields: Readonly<Record<string, string>>;
};

/** `local` and `peer` are as in the text form, ` (any ip address):53` included; `comm` is the name's bytes. */
export type EventLine = {
  readonly record?: undefined;
  readonly time: string;
  readonly node: string;
  readonly comm: Buffer;
  readonly pid: number;
  readonly uid: number;
  readonly event: string;
  readonly local: string;
  readonly peer: string | undefined;
  readonly fields: Readonly<Record<string, string>>;
};

export type Line = RecordLine | EventLine;

/** Takes one line of either form. Throws where it does not follow the format. */
export function readLine(line: string): Line {
  return line.startsWith("{") ? readJson(line) : readText(line);
}

/** Nothing raw that breaks a line, colours it or turns its direction. */
const harmless = String.raw`[^"\\\p{Cc}\p{Cf}\p{Zl}\p{Zp}]`;
const quoted = `"(?:${harmless}|\\\\.)*"`;
const bareName = "[A-Za-z0-9_.+:@/()~-][A-Za-z0-9_.+:@/()~# -]*";
const address = String.raw`(?: \(any ip address\)|\d+\.\d+\.\d+\.\d+|\[[0-9a-f:.]+(?:%\d+)?\]):\d+`;
const header = new RegExp(
  String.raw`^(?<time>\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z) (?<node>${quoted}|[^ "]+) netlog: (?<body>.*)$`,
  "u",
);
const recordBody = /^(?<record>#[a-z]+)(?<rest>(?: .*)?)$/u;
const eventBody = new RegExp(
  `^(?<comm>${quoted}|${bareName})\\[(?<pid>\\d+)\\] (?:` +
    `(?<bind>UDP bind) (?<bound>${address})|` +
    `(?<protocol>TCP|UDP) (?<local>${address}) (?<direction><->|->|<-) (?<peer>${address}))` +
    ` \\(uid=(?<uid>\\d+)\\)(?<rest>(?: .*)?)$`,
  "u",
);
const events: Record<string, string> = {
  "TCP ->": "tcp.connect",
  "TCP <-": "tcp.accept",
  "TCP <->": "tcp.close",
  "UDP ->": "udp.connect",
  "UDP <->": "udp.close",
};

function readText(line: string): Line {
  const { time = "", node: quotedNode = "", body = "" } = match(header, line, line);
  const node = unquote(quotedNode).toString("utf8");
  if (body.startsWith("#")) {
    const { record = "", rest = "" } = match(recordBody, body, line);
    return { record, time, node, fields: readPairs(rest, line) };
  }
  const head = match(eventBody, body, line);
  const event = head["bind"] ? "udp.bind" : events[`${head["protocol"]} ${head["direction"]}`];
  if (event === undefined) throw new Error(`no such event: ${line}`);
  return {
    time,
    node,
    comm: unquote(head["comm"] ?? ""),
    pid: Number(head["pid"]),
    uid: Number(head["uid"]),
    event,
    local: head["bound"] ?? head["local"] ?? "",
    peer: head["peer"],
    fields: readPairs(head["rest"] ?? "", line),
  };
}

function match(pattern: RegExp, text: string, line: string): Record<string, string | undefined> {
  const groups = pattern.exec(text)?.groups;
  if (groups === undefined) throw new Error(`not a line of netlog's: ${JSON.stringify(line)}`);
  return groups;
}

function readPairs(rest: string, line: string): Record<string, string> {
  const pair = new RegExp(` (?<key>[^\\s="]+)=(?<value>${quoted}|[!#-<>-[\\]-~]+)`, "uy");
  const fields: Record<string, string> = {};
  while (pair.lastIndex < rest.length) {
    const { key = "", value = "" } = pair.exec(rest)?.groups ?? {};
    if (key === "") throw new Error(`not key=value pairs: ${JSON.stringify(line)}`);
    if (key in fields) throw new Error(`${key} stands twice: ${JSON.stringify(line)}`);
    fields[key] = unquote(value).toString("utf8");
  }
  return fields;
}

const escapes =
  /\\(?:x(?<byte>[0-9a-fA-F]{2})|(?<units>(?:u[0-9a-fA-F]{4})(?:\\u[0-9a-fA-F]{4})*)|(?<short>["\\nrt]))/gu;
const shorts: Record<string, string> = { n: "\n", r: "\r", t: "\t" };

/** Bytes and not a string, since `\xHH` may be a byte that is no character. */
export function unquote(text: string): Buffer {
  if (!text.startsWith('"')) return Buffer.from(text);
  const parts: Buffer[] = [];
  const inner = text.slice(1, -1);
  let from = 0;
  for (const found of inner.matchAll(escapes)) {
    parts.push(literal(inner.slice(from, found.index)), decode(found.groups ?? {}));
    from = found.index + found[0].length;
  }
  parts.push(literal(inner.slice(from)));
  return Buffer.concat(parts);
}

function literal(text: string): Buffer {
  if (text.includes("\\")) throw new Error(`no such escape: ${JSON.stringify(text)}`);
  return Buffer.from(text);
}

function decode({ byte, units, short = "" }: Record<string, string | undefined>): Buffer {
  if (byte !== undefined) return Buffer.from(byte, "hex");
  if (units === undefined) return Buffer.from(shorts[short] ?? short);
  const codes = units.split("\\").map((unit) => Number.parseInt(unit.slice(1), 16));
  return Buffer.from(String.fromCharCode(...codes));
}

const consumed = new Set([
  "timestamp",
  "event",
  "k8s.node.name",
  "process.pid",
  "process.comm",
  "process.comm_hex",
  "user.id",
  "network.local.address",
  "network.local.port",
  "network.peer.address",
  "network.peer.port",
  "error.type",
  "k8s.unresolved",
  "seq",
]);

function readJson(line: string): Line {
  const json = JSON.parse(line) as Record<string, string | number | boolean | undefined>;
  const event = String(json["event"]);
  const time = String(json["timestamp"]);
  const node = String(json["k8s.node.name"] ?? "");
  const fields = jsonFields(json);
  if (event.startsWith("netlog.")) return { record: `#${event.slice(7)}`, time, node, fields };
  const hex = json["process.comm_hex"];
  return {
    time,
    node,
    comm: hex === undefined ? Buffer.from(String(json["process.comm"])) : Buffer.from(String(hex), "hex"),
    pid: Number(json["process.pid"]),
    uid: Number(json["user.id"]),
    event,
    local: joinAddress(json["network.local.address"], json["network.local.port"]),
    peer:
      json["network.peer.address"] === undefined
        ? undefined
        : joinAddress(json["network.peer.address"], json["network.peer.port"]),
    fields,
  };
}

/** What the text form calls these; each has the label's key behind it where it ends in a dot. */
const textNames: readonly (readonly [json: string, text: string])[] = [
  ["k8s.namespace.name", "namespace"],
  ["k8s.pod.name", "pod"],
  ["k8s.container.name", "container"],
  ["systemd.unit.name", "unit"],
  ["container.id", "container_id"],
  ["k8s.namespace.label.", "ns."],
  ["k8s.pod.label.", "pod."],
];

function textName(key: string): string {
  const found = textNames.find(([json]) => (json.endsWith(".") ? key.startsWith(json) : key === json));
  return found === undefined ? key : found[1] + key.slice(found[0].length);
}

/** Under the names that the text form has. */
function jsonFields(json: Record<string, string | number | boolean | undefined>): Record<string, string> {
  const fields: Record<string, string> = {};
  for (const [key, value] of Object.entries(json))
    if (!consumed.has(key)) fields[textName(key)] = String(value);
  if (json["k8s.unresolved"] === true) fields["k8s"] = "unresolved";
  const { "error.type": error, run, seq } = json;
  if (error !== undefined) fields["error"] = String(error);
  if (seq !== undefined) fields["seq"] = typeof seq === "number" ? `${run}-${seq}` : String(seq);
  return fields;
}

function joinAddress(ip: unknown, port: unknown): string {
  const text = String(ip);
  if (text === "0.0.0.0" || text === "::") return ` (any ip address):${port}`;
  return text.includes(":") ? `[${text}]:${port}` : `${text}:${port}`;
}
