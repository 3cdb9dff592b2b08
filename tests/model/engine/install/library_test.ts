import assert from "node:assert/strict";
import { join } from "node:path";
import { installDirectory, writeReceipt } from "../../../../model/engine/install/cache.ts";
import {
  expectArtifact,
  findLibrary,
  findNamedLibrary,
  namedFolder,
} from "../../../../model/engine/install/library.ts";
import { artifactFor } from "../../../../model/engine/install/wheels.ts";
import { ResourceError } from "../../../../pipeline/errors.ts";
import { withPlayground } from "../../../_support/fake_wheel.ts";

const artifact = artifactFor("tensorflow");
const ignore = artifact === undefined; // a platform without TensorFlow

async function writeLibrary(directory: string): Promise<void> {
  await Deno.mkdir(join(directory, "tensorflow"), { recursive: true });
  await Deno.writeTextFile(join(directory, "tensorflow", artifact!.libraries[0]), "");
}

Deno.test(
  "a folder of the user's own is taken before the cache",
  { ignore },
  () =>
    withPlayground(async ({ folder, cache }) => {
      await writeLibrary(folder);
      const { libraries } = artifact!;
      assert.deepEqual(await findLibrary("tensorflow", cache), { directory: folder, libraries });
    }),
);

Deno.test(
  "a named folder without TensorFlow holds no library",
  { ignore },
  () =>
    withPlayground(async () => {
      assert.equal(await findNamedLibrary(artifact!), undefined);
    }),
);

Deno.test("an empty MARN_TENSORFLOW names no folder", () =>
  withPlayground(() => {
    assert.equal(namedFolder(), undefined);
  }, { MARN_TENSORFLOW: "" }));

Deno.test(
  "a whole install in the cache is found",
  { ignore },
  () =>
    withPlayground(async ({ cache }) => {
      const directory = installDirectory(artifact!, cache);
      await writeLibrary(directory);
      const wheels = Object.fromEntries(artifact!.wheels.map(({ file, sha256 }) => [file, sha256]));
      await writeReceipt(directory, { format: 1, version: "2.21.0", wheels, files: [] });
      const { libraries } = artifact!;
      assert.deepEqual(await findLibrary("tensorflow", cache), { directory, libraries });
    }),
);

Deno.test(
  "an install without its receipt is not found",
  { ignore },
  () =>
    withPlayground(async ({ cache }) => {
      await writeLibrary(installDirectory(artifact!, cache));
      assert.equal(await findLibrary("tensorflow", cache), undefined);
    }),
);

Deno.test("a platform without a build is named, with what to use there", () => {
  assert.throws(
    () => expectArtifact("cuda", "darwin-aarch64"),
    (error) =>
      error instanceof ResourceError &&
      error.message.endsWith("there is none for darwin-aarch64; use --engine wasm"),
  );
});
