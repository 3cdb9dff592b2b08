/**
 * `deno task test:guards`: takes each guard of pipeline/ and model/ out of a copy of the tree, one at a
 * time, and runs the tests that concern it. A guard that no test misses is held by none. Prints the
 * score, and each guard that is not held.
 *
 * @module
 */
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { createRandom } from "../../pipeline/random.ts";
import { readSources } from "../_support/rooms.ts";
import { coveringTests } from "./covering.ts";
import { findGuards, type Guard, withoutGuard } from "./find_guards.ts";

/** A guard of the tree. */
interface Place extends Guard {
  readonly file: string;
}

/** What became of the tests without a guard. */
type Verdict = "held" | "not held" | "no test";

const root = fileURLToPath(new URL("../../", import.meta.url));
const SECONDS = 300;

const { values } = parseArgs({
  options: {
    /** Only guards of files whose paths begin so. */
    only: { type: "string", default: "" },
    /** So many of them, drawn from a seed. */
    sample: { type: "string" },
    seed: { type: "string", default: "1" },
  },
});

/** All guards of the tree, in the order of their files. */
async function listGuards(): Promise<Place[]> {
  const sources = await readSources(root, ["pipeline", "model"]);
  return [...sources].filter(([file]) => file.startsWith(values.only))
    .flatMap(([file, text]) => findGuards(text).map((guard) => ({ ...guard, file })));
}

function drawSample(guards: readonly Place[]): readonly Place[] {
  if (values.sample === undefined) return guards;
  const random = createRandom(Number(values.seed), "guards");
  const drawn = guards.map((guard) => ({ guard, key: random.below(2 ** 31) }));
  return drawn.sort((a, b) => a.key - b.key).slice(0, Number(values.sample)).map(({ guard }) =>
    guard
  );
}

/** A copy of what is under version control, with the installed packages. */
async function copyTree(): Promise<string> {
  const copy = await Deno.makeTempDir({ prefix: "marn-guards-" });
  const { stdout } = await new Deno.Command("git", { args: ["ls-files", "-z"], cwd: root })
    .output();
  for (const file of new TextDecoder().decode(stdout).split("\0").filter((file) => file !== "")) {
    await Deno.mkdir(dirname(join(copy, file)), { recursive: true });
    await Deno.copyFile(join(root, file), join(copy, file));
  }
  await Deno.symlink(join(root, "node_modules"), join(copy, "node_modules"));
  return copy;
}

/** Whether all tests pass in the copy. */
async function pass(copy: string, tests: readonly string[], seconds = SECONDS): Promise<boolean> {
  const flags = ["read", "write", "env", "sys", "ffi", "run"].map((kind) => `--allow-${kind}`);
  const child = new Deno.Command(Deno.execPath(), {
    args: [
      "test",
      "--no-check",
      "--quiet",
      "--fail-fast",
      "--allow-net=127.0.0.1",
      ...flags,
      ...tests,
    ],
    cwd: copy,
    env: { NO_COLOR: "1", DENO_NO_UPDATE_CHECK: "1" },
    stdout: "null",
    stderr: "null",
  }).spawn();
  const timer = setTimeout(() => child.kill("SIGKILL"), seconds * 1000); // it waits: it fails
  const { success } = await child.status;
  clearTimeout(timer);
  return success;
}

async function judge(copy: string, place: Place, stages: readonly string[][]): Promise<Verdict> {
  const path = join(copy, place.file);
  const source = await Deno.readTextFile(path);
  await Deno.writeTextFile(path, withoutGuard(source, place));
  try {
    for (const tests of stages) if (!await pass(copy, tests)) return "held";
    return stages.length === 0 ? "no test" : "not held";
  } finally {
    await Deno.writeTextFile(path, source);
  }
}

if (import.meta.main) {
  const sources = await readSources(root, ["pipeline", "model", "tasks", "tests"]);
  const guards = await listGuards();
  const chosen = drawSample(guards);
  const copy = await copyTree();
  const counts = { "held": 0, "not held": 0, "no test": 0 };
  try {
    const all = new Set(chosen.flatMap(({ file }) => coveringTests(file, sources).flat()));
    if (!await pass(copy, [...all], 3600)) throw new Error("the tests fail as they are");
    for (const [at, place] of chosen.entries()) {
      const verdict = await judge(copy, place, coveringTests(place.file, sources));
      counts[verdict]++;
      const [line] = place.text.split("\n");
      console.log(`${at + 1}/${chosen.length} ${verdict}: ${place.file}:${place.line} ${line}`);
    }
  } finally {
    await Deno.remove(copy, { recursive: true });
  }
  console.log(`${counts.held} of ${chosen.length} guards (of ${guards.length}) are held by a test`);
  Deno.exit(counts.held === chosen.length ? 0 : 1);
}
