import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";

/** A machine to boot. */
export interface Machine {
  readonly vmlinuz: string;
  readonly initrd: string;
  /** Raw disk images, vda first. */
  readonly disks: readonly Disk[];
  /** The file that gets what the guest writes to its serial port. */
  readonly console: string;
  /** Whether the serial port is this process's stdin and stdout as well. */
  readonly terminal: boolean;
  /** As `qemu -m` takes it. */
  readonly memory: string;
  /** A QEMU `-netdev` value with `id=net0`, to which a virtio NIC is attached. Without it: loopback only. */
  readonly netdev: string | undefined;
}

/** A disk: read only, written through, or written to a copy that is gone with the guest. */
export interface Disk {
  readonly file: string;
  readonly writes: "refused" | "kept" | "forgotten";
}

const WRITES = { refused: "readonly=on", kept: "cache=unsafe", forgotten: "snapshot=on" } as const;

const KERNEL_ARGUMENTS = [
  "root=/dev/vda rw init=/init console=ttyS0 quiet",
  // Emulated time is dear: nothing here is worth defending, and no device needs waiting for.
  "mitigations=off random.trust_cpu=on tsc=reliable",
  "net.ifnames=0 sysrq_always_enabled=1",
  // With -no-reboot a panic ends QEMU.
  "panic=-1",
].join(" ");

/** However this process ends, no guest is left behind. */
const DIES_WITH_US = ["--pdeathsig", "KILL"];

/**
 * Boots a machine and waits until it is switched off.
 *
 * @param signal kills QEMU
 * @throws the reason of `signal`; Error when QEMU cannot be started or fails
 */
export async function boot(machine: Machine, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  const command = [...DIES_WITH_US, "qemu-system-x86_64", ...qemuArguments(machine)];
  const serial = machine.terminal ? "inherit" : "ignore";
  const qemu = spawn("setpriv", command, { stdio: [serial, serial, "pipe"] });
  const kill = () => qemu.kill("SIGKILL");
  signal.addEventListener("abort", kill);
  try {
    await end(qemu, signal);
  } finally {
    signal.removeEventListener("abort", kill);
  }
}

async function end(qemu: ChildProcess, signal: AbortSignal): Promise<void> {
  let complaint = "";
  qemu.stderr?.setEncoding("utf8").on("data", (text: string) => {
    complaint += text;
  });
  const [status, killedBy] = await once(qemu, "close");
  signal.throwIfAborted();
  if (status !== 0) throw new Error(`QEMU ended with ${status ?? killedBy}: ${complaint.trim()}`);
}

function qemuArguments(machine: Machine): readonly string[] {
  return [
    // Not KVM even where it is: one way to run, with the same timing everywhere.
    ...["-accel", "tcg,thread=multi", "-cpu", "max", "-smp", "2", "-m", machine.memory],
    ...["-nodefaults", "-no-user-config", "-no-reboot", "-display", "none"],
    ...["-chardev", serialPort(machine), "-serial", "chardev:port"],
    ...["-kernel", machine.vmlinuz, "-initrd", machine.initrd, "-append", KERNEL_ARGUMENTS],
    ...machine.disks.flatMap(({ file, writes }) => [
      "-drive",
      `file=${file},format=raw,if=virtio,${WRITES[writes]}`,
    ]),
    ...(machine.netdev
      ? ["-netdev", machine.netdev, "-device", "virtio-net-pci,netdev=net0"]
      : ["-nic", "none"]),
  ];
}

function serialPort({ console, terminal }: Machine): string {
  return terminal ? `stdio,id=port,signal=off,logfile=${console}` : `file,id=port,path=${console}`;
}
