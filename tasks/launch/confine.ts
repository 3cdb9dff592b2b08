/**
 * Takes the internet from this process and from whatever it starts or becomes: native code does not
 * heed Deno's permissions, and a filter of Linux's kernel (seccomp) holds for it, too.
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
const ARCHITECTURES = {
  x86_64: { audit: 0xc000003e, socket: 41 },
  aarch64: { audit: 0xc00000b7, socket: 198 },
} as const;

/** Errors: no permission, no such call. */
const EACCES = 13;
const ENOSYS = 38;

/** The only kind of socket that stays: between processes of this machine, as a GPU's driver uses. */
const AF_UNIX = 1;
/** Another way to a socket. */
const IO_URING_SETUP = 425;
/** Numbers of calls from here on are another interface's (x32). */
const FOREIGN_CALLS = 0x40000000;

/** Where `struct seccomp_data` has the call's number, its architecture, its first argument. */
const NUMBER = 0;
const ARCHITECTURE = 4;
const FIRST_ARGUMENT = 16;

/** An instruction of Berkeley packet filters: code, jumps where true and false, operand. */
type Instruction = readonly [code: number, yes: number, no: number, operand: number];

const load = (offset: number): Instruction => [0x20, 0, 0, offset];
const ifEqual = (value: number, yes: number, no: number): Instruction => [0x15, yes, no, value];
const ifAtLeast = (value: number, yes: number, no: number): Instruction => [0x35, yes, no, value];
const answer = (value: number): Instruction => [0x06, 0, 0, value];

/** The filter for a processor; undefined where its calls are not known here. */
export function networkFilter(arch: string): readonly Instruction[] | undefined {
  if (arch !== "x86_64" && arch !== "aarch64") return undefined;
  const { audit, socket } = ARCHITECTURES[arch];
  return [
    load(ARCHITECTURE),
    ifEqual(audit, 1, 0),
    answer(REFUSE | ENOSYS),
    load(NUMBER),
    ifAtLeast(FOREIGN_CALLS, 0, 1),
    answer(REFUSE | ENOSYS),
    ifEqual(IO_URING_SETUP, 0, 1),
    answer(REFUSE | ENOSYS),
    ifEqual(socket, 1, 0),
    answer(ALLOW),
    load(FIRST_ARGUMENT),
    ifEqual(AF_UNIX, 0, 1),
    answer(ALLOW),
    answer(REFUSE | EACCES),
  ];
}

/**
 * Refuses every socket but those within this machine to the calling thread from now on, to what it
 * executes and to all that follows from that.
 *
 * @returns whether the kernel took the filter.
 */
export function denyNetwork(): boolean {
  const filter = Deno.build.os === "linux" ? networkFilter(Deno.build.arch) : undefined;
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
