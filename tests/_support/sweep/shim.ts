/**
 * A library that is preloaded into a command, counts the calls with which it changes a folder, and
 * kills it or makes a call fail at a chosen one. See `shim.c`.
 */
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** What becomes of calls: `fill` is a disk that is full from one on, `copy` keeps what was there before some. */
const ACTIONS = ["count", "kill", "fail", "fill", "copy"] as const;

export interface Plan {
  readonly action: typeof ACTIONS[number];
  /** The call to act at, from 1. */
  readonly at?: number;
  /** The calls before which the folder is copied. */
  readonly copied?: readonly number[];
  /** Where two names cannot be exchanged in one step. */
  readonly noSwaps?: boolean;
}

/** A call that changes a file. */
export interface Call {
  /** From 1. */
  readonly number: number;
  readonly kind: string;
  /** Below the folder. */
  readonly path: string;
}

/** Why there can be no sweep here; undefined where there can. */
export const noShim: string | undefined = Deno.build.os !== "linux"
  ? "not Linux"
  : await new Deno.Command("gcc", { args: ["--version"] }).output()
    .then(({ success }) => success ? undefined : "gcc does not work", () => "no gcc");

/** A compiler that compiles its first program and gives it again, unwatched. */
const COMPILER = `#!/bin/sh
unset LD_PRELOAD
for word; do [ "$last" = -o ] && out=$word; last=$word; done
[ -e "$0.made" ] || { PATH=\${PATH#*:} cc "$@" && cp "$out" "$0.made"; }
cp "$0.made" "$out"
`;

/** A folder that is watched, and the files by which that is done. */
export class Watch implements Disposable {
  readonly #place: string;

  private constructor(place: string) {
    this.#place = place;
  }

  /** A new one, empty. */
  static async create(): Promise<Watch> {
    const watch = new Watch(Deno.realPathSync(Deno.makeTempDirSync({ prefix: "marn-sweep-" })));
    const source = fileURLToPath(new URL("shim.c", import.meta.url));
    const args = ["-O2", "-shared", "-fPIC", "-o", watch.#path("shim.so"), source, "-ldl"];
    const { success, stderr } = await new Deno.Command("gcc", { args }).output();
    if (!success) throw new Error(new TextDecoder().decode(stderr));
    for (const name of ["folder", "outside", "tools"]) await Deno.mkdir(watch.#path(name));
    await Deno.writeTextFile(watch.#path("tools/cc"), COMPILER, { mode: 0o755 });
    watch.plan({ action: "count" });
    return watch;
  }

  /** The one that this process is watched by. */
  static attached(): Watch {
    return new Watch(dirname(Deno.env.get("SWEEP_FOLDER")!));
  }

  /** What is watched. */
  get folder(): string {
    return this.#path("folder");
  }

  /** For what is not watched. */
  get outside(): string {
    return this.#path("outside");
  }

  /** Environment of a command that is watched. */
  get environment(): Readonly<Record<string, string>> {
    return {
      PATH: `${this.#path("tools")}:${Deno.env.get("PATH")}`,
      LD_PRELOAD: this.#path("shim.so"),
      SWEEP_FOLDER: this.folder,
      SWEEP_STATE: this.#path("state"),
      SWEEP_TRACE: this.#path("trace"),
    };
  }

  /** Starts to count anew, and says what is to happen. */
  plan({ action, at = 0, copied = [], noSwaps = false }: Plan): void {
    const plan = new DataView(new ArrayBuffer(28 + CALLS));
    plan.setBigInt64(8, BigInt(at), true);
    plan.setInt32(16, ACTIONS.indexOf(action), true);
    plan.setInt32(20, action === "fill" ? ENOSPC : EIO, true);
    plan.setInt32(24, Number(noSwaps), true);
    for (const number of copied) plan.setUint8(28 + number, 1);
    using state = Deno.openSync(this.#path("state"), { write: true, create: true });
    state.writeSync(new Uint8Array(plan.buffer));
    Deno.writeFileSync(this.#path("trace"), new Uint8Array());
  }

  /** The calls since then. */
  calls(): Call[] {
    const lines = Deno.readTextFileSync(this.#path("trace")).trimEnd().split("\n");
    return lines.filter((line) => line !== "").map((line) => {
      const [number, kind, ...path] = line.split(" ");
      return { number: Number(number), kind: kind!, path: path.join(" ") };
    });
  }

  /** Puts the copy that was made before a call in the folder's place, as another process's. */
  restore(number: number): void {
    this.empty();
    Deno.removeSync(this.folder);
    Deno.renameSync(join(this.#path("folder.copies"), `${number}`), this.folder);
    disown(this.folder);
  }

  /** Removes all that the folder holds. */
  empty(): void {
    for (const { name } of Deno.readDirSync(this.folder)) {
      Deno.removeSync(join(this.folder, name), { recursive: true });
    }
  }

  /** Removes the copies. */
  forget(): void {
    const copies = this.#path("folder.copies");
    Deno.mkdirSync(copies, { recursive: true });
    Deno.removeSync(copies, { recursive: true });
    Deno.mkdirSync(copies);
  }

  [Symbol.dispose](): void {
    Deno.removeSync(this.#place, { recursive: true });
  }

  #path(name: string): string {
    return join(this.#place, name);
  }
}

/** Gives this process's unfinished files the names that another's would have. */
function disown(folder: string): void {
  for (const { name, isDirectory } of Deno.readDirSync(folder)) {
    const path = join(folder, name);
    if (isDirectory) disown(path);
    if (!name.endsWith(`.${Deno.pid}.tmp`)) continue;
    Deno.renameSync(path, path.replace(`.${Deno.pid}.tmp`, ".999999999.tmp"));
  }
}

/** Calls that the library has room for. */
const CALLS = 8192;

const EIO = 5;
const ENOSPC = 28;
