import assert from "node:assert/strict";
import { join } from "node:path";
import {
  type EngineChoice,
  installDirectory,
  writeChoice,
  writeReceipt,
} from "../../../../model/engine/install/cache.ts";
import { addonPath } from "../../../../model/engine/install/compile.ts";
import {
  inspectEngine,
  isSettled,
  isUnavailable,
  unlessUnavailable,
} from "../../../../model/engine/install/inspect.ts";
import { hashFile } from "../../../../pipeline/files/checksum.ts";
import { type Artifact, artifactFor } from "../../../../model/engine/install/wheels.ts";
import { DataError, IntegrityError, ResourceError } from "../../../../pipeline/errors.ts";
import { type Playground, withPlayground } from "../../../_support/fake_wheel.ts";

const tensorflow = artifactFor("tensorflow");
const cuda = artifactFor("cuda");
const ignore = tensorflow === undefined; // a platform without TensorFlow
const AT = "2024-05-06T00:00:00.000Z";
const HOUR = 60 * 60 * 1000;

/** Installs two empty libraries under an artifact's receipt, and an addon for them. */
async function writeEngine(
  artifact: Artifact,
  { cache }: Playground,
  { compiled }: { compiled: boolean },
): Promise<{ directory: string; addon: string }> {
  const { libraries } = artifact;
  const directory = installDirectory(artifact, cache);
  await Deno.mkdir(join(directory, "tensorflow"), { recursive: true });
  const files = await Promise.all(libraries.map(async (name) => {
    const path = join("tensorflow", name);
    await Deno.writeTextFile(join(directory, path), name);
    return { path, bytes: name.length, sha256: await hashFile(join(directory, path)) };
  }));
  const wheels = Object.fromEntries(artifact.wheels.map(({ file, sha256 }) => [file, sha256]));
  await writeReceipt(directory, { format: 1, version: "2.21.0", wheels, files });
  const addon = await addonPath({ directory, libraries }, cache);
  if (compiled) await Deno.writeTextFile(addon, "");
  return { directory, addon };
}

interface Case {
  readonly choice?: EngineChoice;
  /** What is installed. */
  readonly artifact?: Artifact | undefined;
  /** Whether its addon is compiled. */
  readonly compiled?: boolean;
  /** Hours since the choice. */
  readonly hours?: number;
  readonly settled: boolean;
}

const failed: EngineChoice = { engine: "wasm", reason: "no network", at: AT };

const cases: Record<string, Case> = {
  "where nothing was ever installed": { settled: false },
  "where wasm was asked for": { choice: { engine: "wasm", at: AT }, settled: true },
  "within a day of a failed install": { choice: failed, hours: 23, settled: true },
  "a day after a failed install": { choice: failed, hours: 25, settled: false },
  "where TensorFlow is whole but setup never ran": {
    artifact: tensorflow,
    compiled: true,
    settled: true,
  },
  "where TensorFlow is whole since a failed install": {
    choice: failed,
    artifact: tensorflow,
    compiled: true,
    settled: true,
  },
  "where only the addon lacks, even within a day of a failure": {
    choice: failed,
    artifact: tensorflow,
    compiled: false,
    hours: 1,
    settled: false,
  },
  "where TensorFlow was chosen and is gone": {
    choice: { engine: "tensorflow", at: AT },
    settled: false,
  },
  "where CUDA was chosen and TensorFlow alone is there": {
    choice: { engine: "cuda", at: AT },
    artifact: tensorflow,
    compiled: true,
    settled: false,
  },
  "where CUDA was chosen and is whole": {
    choice: { engine: "cuda", at: AT },
    artifact: cuda,
    compiled: true,
    settled: true,
  },
};

for (
  const [what, { choice, artifact, compiled = false, hours = 0, settled }] of Object.entries(cases)
) {
  Deno.test(`an engine is ${settled ? "" : "not "}settled ${what}`, {
    ignore: ignore || cuda === undefined,
  }, () =>
    withPlayground(async (playground) => {
      if (choice) await writeChoice(choice, playground.cache);
      if (artifact) await writeEngine(artifact, playground, { compiled });
      const now = Date.parse(AT) + hours * HOUR;
      assert.equal(await isSettled(playground.cache, now), settled);
    }));
}

Deno.test(
  "what is not installed is found so",
  { ignore },
  () =>
    withPlayground(async ({ cache }) => {
      const found = await inspectEngine("tensorflow", cache);
      assert.deepEqual(found, { whole: false, detail: "not installed" });
    }),
);

Deno.test(
  "a whole engine is found with its folder and addon",
  { ignore },
  () =>
    withPlayground(async (playground) => {
      const { directory, addon } = await writeEngine(tensorflow!, playground, { compiled: true });
      assert.deepEqual(await inspectEngine("tensorflow", playground.cache), {
        whole: true,
        detail: `TensorFlow 2.21.0 in ${directory}, addon ${addon}`,
      });
    }),
);

Deno.test(
  "an engine without its addon is not whole",
  { ignore },
  () =>
    withPlayground(async (playground) => {
      const { directory } = await writeEngine(tensorflow!, playground, { compiled: false });
      assert.deepEqual(await inspectEngine("tensorflow", playground.cache), {
        whole: false,
        detail: `TensorFlow is in ${directory}, its addon is not compiled`,
      });
    }),
);

Deno.test(
  "a damaged engine is found with the file that differs",
  { ignore },
  () =>
    withPlayground(async (playground) => {
      const { directory } = await writeEngine(tensorflow!, playground, { compiled: true });
      const path = join(directory, "tensorflow", tensorflow!.libraries[1]);
      const bytes = await Deno.readFile(path);
      bytes[0]! ^= 1;
      await Deno.writeFile(path, bytes);
      assert.deepEqual(await inspectEngine("tensorflow", playground.cache), {
        whole: false,
        detail: `damaged: ${path} is not what was installed`,
      });
    }),
);

Deno.test("what cannot be had, or is damaged, is unavailable, and nothing else is", () => {
  const errors = [new ResourceError(""), new IntegrityError(""), new DataError(""), new Error("")];
  assert.deepEqual(errors.map(isUnavailable), [true, true, false, false]);
});

Deno.test("work on what is unavailable gives nothing", async () => {
  const work = () => Promise.reject(new ResourceError("absent"));
  assert.equal(await unlessUnavailable(work), undefined);
});

Deno.test("work that fails for another reason fails", async () => {
  await assert.rejects(unlessUnavailable(() => Promise.reject(new TypeError("a slip"))), TypeError);
});
