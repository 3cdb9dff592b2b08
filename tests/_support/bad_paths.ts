/** Every kind of path at which a command can be pointed and where what it wants is not. */
import { join } from "node:path";

/** A kind of bad path. */
export interface BadPath {
  readonly kind: string;
  /** Makes it in a folder of its own, and returns the path. */
  readonly make: (folder: string) => Promise<string>;
}

/** Makes a pipe that nobody writes to. */
export async function makePipe(path: string): Promise<string> {
  const { success } = await new Deno.Command("mkfifo", { args: [path] }).output();
  if (!success) throw new Error(`mkfifo ${path} failed`);
  return path;
}

const at =
  (name: string, make: (path: string) => Promise<unknown>): BadPath["make"] => async (folder) => {
    const path = join(folder, name);
    await make(path);
    return path;
  };
/**
 * A device of one's own: were an administrator's command to replace it, or to write beside it, the
 * machine would not suffer. Who may make none may not replace the machine's either.
 */
const device = (name: string, minor: number): BadPath => ({
  kind: `/dev/${name}`,
  make: async (folder) => {
    const path = join(folder, name);
    const args = [path, "c", "1", `${minor}`];
    const { success } = await new Deno.Command("mknod", { args, stderr: "null" }).output();
    if (success) return path;
    return Deno.uid() === 0 ? await makePipe(path) : `/dev/${name}`;
  },
});
const file = (mode = 0o644) => (path: string) => Deno.writeTextFile(path, "precious\n", { mode });
const nothing = () => Promise.resolve();

/** Where something else is: neither a file nor a folder that could be read. */
const strange: readonly BadPath[] = [
  { kind: "a pipe", make: at("pipe", makePipe) },
  device("null", 3),
  device("zero", 5),
  device("full", 7),
  {
    kind: "a dangling link",
    make: at("dangling", (path) => Deno.symlink(join(path, "..", "nowhere", "x"), path)),
  },
  { kind: "a loop of links", make: at("loop", (path) => Deno.symlink(path, path)) },
  {
    kind: "a path below a file",
    make: async (folder) => join(await at("file", file())(folder), "below"),
  },
  { kind: "a very long name", make: at("long".repeat(100), nothing) },
];

const absent: readonly BadPath[] = [
  { kind: "nothing", make: at("nothing", nothing) },
  { kind: "a name with controls", make: at("two\nlines\x1b[31m\u202e", nothing) },
];

/** Paths at which a file is wanted and none is. */
export const noFiles: readonly BadPath[] = [
  ...absent,
  ...strange,
  { kind: "a folder", make: at("folder", (path) => Deno.mkdir(path)) },
  { kind: "a file that may not be read", make: at("unreadable", file(0)) },
];

/** Paths at which a folder is wanted and none is, or one without what is looked for. */
export const noFolders: readonly BadPath[] = [
  ...absent,
  ...strange,
  { kind: "a file", make: at("file", file()) },
  { kind: "an empty folder", make: at("empty", (path) => Deno.mkdir(path)) },
  {
    kind: "a folder that may not be read",
    make: at("unreadable", (path) => Deno.mkdir(path, { mode: 0 })),
  },
];

/** Paths at which nothing can be written, or must not. */
export const noOutputs: readonly BadPath[] = [
  ...strange,
  { kind: "a file", make: at("file", file()) },
  {
    kind: "a folder with somebody's files",
    make: at("folder", async (path) => {
      await Deno.mkdir(path);
      await file()(join(path, "thesis.txt"));
    }),
  },
  {
    kind: "a folder that may not be written",
    make: async (folder) => {
      const path = await at("closed", (path) => Deno.mkdir(path, { mode: 0o555 }))(folder);
      return join(path, "out");
    },
  },
];

/** Paths at which no file can be written, or must not. */
export const noOutputFiles: readonly BadPath[] = [
  ...strange,
  { kind: "a folder", make: at("folder", (path) => Deno.mkdir(path)) },
  {
    kind: "a file in a folder that may not be written",
    make: async (folder) => {
      const path = await at("closed", (path) => Deno.mkdir(path, { mode: 0o555 }))(folder);
      return join(path, "out");
    },
  },
];

/** A folder whose files are pipes that nobody writes to. */
export function folderOfPipes(names: readonly string[]): BadPath {
  const make = at("pipes", async (path) => {
    await Deno.mkdir(path);
    for (const name of names) await makePipe(join(path, name));
  });
  return { kind: `a folder in which ${names.join(", ")} are pipes`, make };
}

/** A folder on a disk that is full. */
export function fullDisk(mount: string): BadPath {
  return { kind: "a full disk", make: () => Promise.resolve(join(mount, crypto.randomUUID())) };
}
