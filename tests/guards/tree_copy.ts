/**
 * A copy of the tree in which sources are changed and tests are run.
 *
 * @module
 */
import { dirname, join } from "node:path";

/** Tests that take longer wait for what does not come, in seconds. */
const LONGEST = 300;

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
    await copy.#deno(["install", "--quiet"]); // a link to packages would be out of commands' bounds
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

  /**
   * Whether the tests of a file pass.
   *
   * @param preload a module that is loaded before, from the copy's root.
   */
  async pass(
    test: string,
    { preload, variables, seconds = LONGEST }: {
      readonly preload?: string;
      readonly variables?: Record<string, string>;
      readonly seconds?: number;
    } = {},
  ): Promise<boolean> {
    const kinds = ["read", "write", "env", "sys", "ffi", "run"].map((kind) => `--allow-${kind}`);
    const args = ["test", "--no-check", "--quiet", "--allow-net=127.0.0.1", ...kinds];
    args.push(preload === undefined ? "--fail-fast" : `--preload=${preload}`, test);
    return await this.#deno(args, { variables, seconds });
  }

  /** Runs Deno in the copy; whether it succeeds in time. */
  async #deno(
    args: readonly string[],
    { variables, seconds = LONGEST }: {
      readonly variables?: Record<string, string> | undefined;
      readonly seconds?: number;
    } = {},
  ): Promise<boolean> {
    const child = new Deno.Command(Deno.execPath(), {
      args: [...args],
      cwd: this.path,
      env: { NO_COLOR: "1", DENO_NO_UPDATE_CHECK: "1", ...variables },
      stdout: "null",
      stderr: "null",
    }).spawn();
    const timer = setTimeout(() => child.kill("SIGKILL"), seconds * 1000);
    const { success } = await child.status;
    clearTimeout(timer);
    return success;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Deno.remove(this.path, { recursive: true });
  }
}
