/**
 * A copy of the tree in which sources are changed and tests are run.
 *
 * @module
 */
import { dirname, join } from "node:path";

/** A test that takes longer waits for what does not come, in seconds; several times what it takes else. */
const LONGEST = 300;
const TIMES = 10;

/** A copy of what is under version control, with the installed packages. */
export class TreeCopy implements AsyncDisposable {
  readonly path: string;
  readonly #root: string;

  private constructor(root: string, path: string) {
    this.#root = root;
    this.path = path;
  }

  /** Copies the tree at `root`. */
  static async create(root: string): Promise<TreeCopy> {
    const copy = new TreeCopy(root, await Deno.makeTempDir({ prefix: "marn-guards-" }));
    const { stdout } = await new Deno.Command("git", { args: ["ls-files", "-z"], cwd: root })
      .output();
    const files = new TextDecoder().decode(stdout).split("\0").filter((file) => file !== "");
    for (const file of files) await copy.restore(file);
    await Deno.symlink(join(root, "node_modules"), join(copy.path, "node_modules"));
    return copy;
  }

  /** Puts a file back as it is in the tree. */
  async restore(file: string): Promise<void> {
    await Deno.mkdir(dirname(join(this.path, file)), { recursive: true });
    await Deno.copyFile(join(this.#root, file), join(this.path, file));
  }

  /** Puts another text into the place of a file's. */
  async write(file: string, text: string): Promise<void> {
    await Deno.writeTextFile(join(this.path, file), text);
  }

  /** Whether the tests of a file pass, of which it is known how long they take, in seconds. */
  async pass(test: string, expected = 0): Promise<boolean> {
    const flags = ["read", "write", "env", "sys", "ffi", "run"].map((kind) => `--allow-${kind}`);
    const child = new Deno.Command(Deno.execPath(), {
      args: [
        "test",
        "--no-check",
        "--quiet",
        "--fail-fast",
        "--allow-net=127.0.0.1",
        ...flags,
        test,
      ],
      cwd: this.path,
      env: { NO_COLOR: "1", DENO_NO_UPDATE_CHECK: "1" },
      stdout: "null",
      stderr: "null",
    }).spawn();
    const limit = Math.max(LONGEST, TIMES * expected);
    const timer = setTimeout(() => child.kill("SIGKILL"), limit * 1000);
    const { success } = await child.status;
    clearTimeout(timer);
    return success;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Deno.remove(this.path, { recursive: true });
  }
}
