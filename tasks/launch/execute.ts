/**
 * Turns this process into another program, or runs one beside it.
 *
 * @module
 */
import { fileURLToPath } from "node:url";
import { cString, MEMMOVE, openLibc } from "../../pipeline/files/libc.ts";

/**
 * Executes a program in this process's place: its id, its parent, its terminal and every signal to it
 * are the program's. Returns only where that cannot be.
 */
export function execute(program: string, args: readonly string[]): void {
  using libc = openLibc({
    execv: { parameters: ["buffer", "buffer"], result: "i32" },
    memmove: MEMMOVE,
  });
  if (!libc) return;
  const words = [program, ...args].map(cString);
  const text = new Uint8Array(words.reduce((sum, { length }) => sum + length, 0));
  const addresses = new BigUint64Array(words.length + 1); // the last one ends them
  const start = libc.symbols.memmove(text, text, 0n);
  let offset = 0;
  for (const [at, word] of words.entries()) {
    text.set(word, offset);
    addresses[at] = start + BigInt(offset);
    offset += word.length;
  }
  libc.symbols.execv(text, new Uint8Array(addresses.buffer)); // the program's name comes first
}

/** How {@linkcode executeAsChild} runs a program. */
export interface ChildOptions {
  /** Whether what it prints goes to this process's stderr; false by default. */
  readonly quiet?: boolean | undefined;
  /** Variables beside this process's. */
  readonly env?: { readonly [name: string]: string } | undefined;
}

/** Runs a program as a child, with this process's terminal and signals; returns its exit code. */
export async function executeAsChild(
  program: string,
  args: readonly string[],
  { quiet = false, env = {} }: ChildOptions = {},
): Promise<number> {
  const child = new Deno.Command(program, {
    args: [...args],
    env,
    stdin: "inherit",
    stdout: quiet ? "piped" : "inherit",
    stderr: "inherit",
  }).spawn();
  // A terminal's Ctrl-C comes to the child by itself.
  const wait = () => {};
  const pass = () => child.kill("SIGTERM");
  Deno.addSignalListener("SIGINT", wait);
  if (Deno.build.os !== "windows") Deno.addSignalListener("SIGTERM", pass);
  if (quiet) await child.stdout.pipeTo(Deno.stderr.writable, { preventClose: true });
  const { code } = await child.status;
  Deno.removeSignalListener("SIGINT", wait);
  if (Deno.build.os !== "windows") Deno.removeSignalListener("SIGTERM", pass);
  return code;
}

/**
 * Runs a script that compiles, in a process of its own that may write and run programs: this one may not.
 *
 * @param script its address, beside the caller's.
 */
export async function runCompiling(
  script: URL,
  args: readonly string[] = [],
): Promise<Deno.CommandOutput> {
  const permissions = ["read", "write", "env", "run"].map((kind) => `--allow-${kind}`);
  return await new Deno.Command(Deno.execPath(), {
    args: ["run", "--no-prompt", ...permissions, fileURLToPath(script), ...args],
    stdin: "null",
    stdout: "null",
    stderr: "piped",
  }).output();
}
