/**
 * Takes the internet from this process and from whatever it starts or becomes: native code does not
 * heed Deno's permissions, and a filter of Linux's kernel (seccomp) holds for it, too. A process that
 * serves a page may listen, and still reach nobody: it answers those who have connected to it.
 *
 * @module
 */
import { MEMMOVE, openLibc } from "../../pipeline/files/libc.ts";

/** Of `linux/prctl.h`, `linux/seccomp.h` and `linux/audit.h`. */
const PR_SET_NO_NEW_PRIVS = 38n;
const PR_SET_SECCOMP = 22n;
const SECCOMP_MODE_FILTER = 2n;
const ALLOW = 0x7fff0000;
const REFUSE = 0x00050000; // and an error's number
/** Numbers of each processor: its own for the filter, and its calls'. */
const ARCHITECTURES = {
  x86_64: { audit: 0xc000003e, socket: 41, connect: 42, sendto: 44, sendmsg: 46, sendmmsg: 307 },
  aarch64: {
    audit: 0xc00000b7,
    socket: 198,
    connect: 203,
    sendto: 206,
    sendmsg: 211,
    sendmmsg: 269,
  },
} as const;

/** Errors: no permission, no such call, nobody listens there. */
const EACCES = 13;
const ENOSYS = 38;
const ECONNREFUSED = 111;

/** The only kind of socket that stays: between processes of this machine, as a GPU's driver uses. */
const AF_UNIX = 1;
/** What a server listens with: streams of the internet's fourth version, behind flags. */
const AF_INET = 2;
const SOCK_STREAM = 1;
const SOCK_TYPES = 0xf;
const IPPROTO_TCP = 6;
/** A flag by which sending connects, too. */
const MSG_FASTOPEN = 0x20000000;
/** The call that prepares a queue of others, which the filter would not see. */
const IO_URING_SETUP = 425;
/** Numbers of calls from here on are another interface's (x32). */
const FOREIGN_CALLS = 0x40000000;

/** Where `struct seccomp_data` has the call's number, its architecture, its arguments from 0. */
const NUMBER = 0;
const ARCHITECTURE = 4;
const argument = (at: number) => 16 + 8 * at;

/** An instruction of Berkeley packet filters: code, jumps where true and false, operand. */
type Instruction = readonly [code: number, yes: number, no: number, operand: number];

const load = (offset: number): Instruction => [0x20, 0, 0, offset];
const ifEqual = (value: number, yes: number, no: number): Instruction => [0x15, yes, no, value];
const ifAtLeast = (value: number, yes: number, no: number): Instruction => [0x35, yes, no, value];
const ifSome = (bits: number, yes: number, no: number): Instruction => [0x45, yes, no, bits];
const and = (bits: number): Instruction => [0x54, 0, 0, bits];
const answer = (value: number): Instruction => [0x06, 0, 0, value];

/** Instructions for one call alone; they end with an answer. */
function onCall(number: number, block: readonly Instruction[]): readonly Instruction[] {
  return [ifEqual(number, 0, block.length), ...block];
}

/** What of the network a process keeps. */
export interface Confinement {
  /** Whether streams may be listened on; nobody can be connected to by then. */
  readonly listens?: boolean | undefined;
}

/** The filter for a processor; undefined where its calls are not known here. */
export function networkFilter(
  arch: string,
  { listens = false }: Confinement = {},
): readonly Instruction[] | undefined {
  if (arch !== "x86_64" && arch !== "aarch64") return undefined;
  const { audit, socket, connect, ...sends } = ARCHITECTURES[arch];
  const noConnection = [
    // As if nobody listened: a driver that looks for its daemon is prepared for that.
    ...onCall(connect, [answer(REFUSE | ECONNREFUSED)]),
    ...onCall(sends.sendto, unlessFastOpen(3)),
    ...onCall(sends.sendmsg, unlessFastOpen(2)),
    ...onCall(sends.sendmmsg, unlessFastOpen(3)),
  ];
  return [
    load(ARCHITECTURE),
    ifEqual(audit, 1, 0),
    answer(REFUSE | ENOSYS),
    load(NUMBER),
    ifAtLeast(FOREIGN_CALLS, 0, 1),
    answer(REFUSE | ENOSYS),
    ...onCall(IO_URING_SETUP, [answer(REFUSE | ENOSYS)]),
    ...listens ? noConnection : [],
    ...onCall(
      socket,
      listens ? [...unixSocket, ...streamSocket, refusal] : [...unixSocket, refusal],
    ),
    answer(ALLOW),
  ];
}

const refusal = answer(REFUSE | EACCES);
const unixSocket = [load(argument(0)), ifEqual(AF_UNIX, 0, 1), answer(ALLOW)];
/** Goes on from the family that {@linkcode unixSocket} has loaded. */
const streamSocket = [
  ifEqual(AF_INET, 0, 7),
  load(argument(1)),
  and(SOCK_TYPES),
  ifEqual(SOCK_STREAM, 0, 4),
  load(argument(2)),
  ifEqual(0, 1, 0), // the usual protocol: TCP
  ifEqual(IPPROTO_TCP, 0, 1),
  answer(ALLOW),
];

/** Allows a call that sends, unless its flags, at an argument's place, ask for a connection. */
function unlessFastOpen(flags: number): readonly Instruction[] {
  return [load(argument(flags)), ifSome(MSG_FASTOPEN, 0, 1), refusal, answer(ALLOW)];
}

/**
 * Refuses every socket but those within this machine, and where it `listens` those of a server, to the
 * calling thread from now on, to what it executes and to all that follows from that.
 *
 * @returns whether the kernel took the filter.
 */
export function denyNetwork(confinement: Confinement = {}): boolean {
  const isLinux = Deno.build.os === "linux";
  const filter = isLinux ? networkFilter(Deno.build.arch, confinement) : undefined;
  if (!filter) return false;
  using libc = openLibc({
    forgoPrivileges: {
      name: "prctl",
      parameters: ["u64", "u64", "u64", "u64", "u64"],
      result: "i32",
    },
    filter: { name: "prctl", parameters: ["u64", "u64", "buffer", "u64", "u64"], result: "i32" },
    memmove: MEMMOVE,
  });
  if (!libc) return false;
  const { symbols } = libc;
  const program = encode(filter, (bytes) => symbols.memmove(bytes, bytes, 0n));
  return symbols.forgoPrivileges(PR_SET_NO_NEW_PRIVS, 1n, 0n, 0n, 0n) === 0 &&
    symbols.filter(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, program, 0n, 0n) === 0;
}

/** `struct sock_fprog`, number and address of the instructions, and these behind it. */
function encode(
  filter: readonly Instruction[],
  addressOf: (bytes: Uint8Array<ArrayBuffer>) => bigint,
): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(16 + 8 * filter.length);
  const view = new DataView(bytes.buffer);
  view.setUint16(0, filter.length, true);
  view.setBigUint64(8, addressOf(bytes) + 16n, true);
  for (const [at, [code, yes, no, operand]] of filter.entries()) {
    const start = 16 + 8 * at;
    view.setUint16(start, code, true);
    view.setUint8(start + 2, yes);
    view.setUint8(start + 3, no);
    view.setUint32(start + 4, operand, true);
  }
  return bytes;
}
