import { decodeComm } from "../comm.ts";
import type {
  CgroupRecord,
  OutcomeRecord,
  ProbeRecord,
  ProgramRecord,
  SocketRecord,
} from "../probe-record.ts";
import { SOCKET_RECORDS } from "../probe-record.ts";
import { endpoint } from "./address.ts";

const SOCKET_LINE =
  /^([a-z.]+) (\d{1,19}) ([0-9a-f]{1,16}) (\d{1,20}) (\d{1,10}) (\d{1,10}) ([0-9a-f:.]{2,45}) (\d{1,5}) ([0-9a-f:.]{2,45}) (\d{1,5}) (-?\d{1,10}) (\d{1,10}) (\d{1,10}) ([01]) (\d{1,20}) ([\s\S]{0,16})\n$/;
const OUTCOME_LINE =
  /^tcp\.outcome (\d{1,19}) ([0-9a-f]{1,16}) (\d{1,20}) (\d{1,5}) (\d{1,2}) (-?\d{1,5})\n$/;
const CGROUP_PATH_LINE = /^cgroup\.path (\d{1,19}) (\d{1,20}) ([^\n]{1,4096})\n$/;
const CGROUP_GONE_LINE = /^cgroup\.gone (\d{1,19}) (\d{1,20})\n$/;
const READY_LINE = /^ready (\d{1,19}) (\d{1,10})\n$/;
const HEARTBEAT_LINE = /^heartbeat (\d{1,19})\n$/;

const NUMBER = /^(\d{1,9}) (\d{1,16}) /;

/** The key and the number that stand in front of a record, and what is behind them; undefined where none do. */
export function readNumber(
  text: string,
): { readonly key: number; readonly number: number; readonly record: string } | undefined {
  const columns = NUMBER.exec(text);
  if (columns === null) return undefined;
  return {
    key: Number(columns[1]),
    number: Number(columns[2]),
    record: text.slice(columns[0].length),
  };
}

/** Reads what a script's printf said (a string of bytes); undefined where no script of netlog's says such a thing. */
export function readRecord(text: string): ProbeRecord | undefined {
  if (text.startsWith("tcp.outcome ")) return outcome(text);
  if (text.startsWith("cgroup.")) return cgroup(text);
  if (text.startsWith("heartbeat ")) return heartbeat(text);
  if (text.startsWith("ready ")) return ready(text);
  return socket(text);
}

function socket(text: string): SocketRecord | undefined {
  const columns = SOCKET_LINE.exec(text);
  if (columns === null) return undefined;
  const type = SOCKET_RECORDS.find((name) => name === columns[1]);
  const device = Number(columns[6]);
  const local = endpoint(columns[7], columns[8], device);
  const peer = endpoint(columns[9], columns[10], device);
  if (type === undefined || local === undefined || peer === undefined) return undefined;
  return {
    type,
    bootNs: Number(columns[2]),
    pointer: columns[3] as string,
    inode: columns[4] as string,
    netns: Number(columns[5]),
    local,
    peer,
    value: Number(columns[11]),
    process: {
      pid: Number(columns[12]),
      uid: Number(columns[13]),
      comm: decodeComm(columns[16] as string),
    },
    kernelThread: columns[14] === "1",
    cgroup: Number(columns[15]),
  };
}

function outcome(text: string): OutcomeRecord | undefined {
  const columns = OUTCOME_LINE.exec(text);
  if (columns === null) return undefined;
  return {
    type: "tcp.outcome",
    bootNs: Number(columns[1]),
    pointer: columns[2] as string,
    inode: columns[3] as string,
    localPort: Number(columns[4]),
    state: Number(columns[5]),
    error: Number(columns[6]),
  };
}

function cgroup(text: string): CgroupRecord | undefined {
  const path = CGROUP_PATH_LINE.exec(text);
  if (path !== null)
    return { type: "cgroup.path", bootNs: Number(path[1]), id: Number(path[2]), path: path[3] as string };
  const gone = CGROUP_GONE_LINE.exec(text);
  return gone === null ? undefined : { type: "cgroup.gone", bootNs: Number(gone[1]), id: Number(gone[2]) };
}

function ready(text: string): ProgramRecord | undefined {
  const columns = READY_LINE.exec(text);
  if (columns === null) return undefined;
  return { type: "ready", bootNs: Number(columns[1]), netlogPid: Number(columns[2]) };
}

function heartbeat(text: string): ProgramRecord | undefined {
  const columns = HEARTBEAT_LINE.exec(text);
  return columns === null ? undefined : { type: "heartbeat", bootNs: Number(columns[1]) };
}
