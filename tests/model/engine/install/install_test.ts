import assert from "node:assert/strict";
import { join } from "node:path";
import {
  installDirectory,
  isWhole,
  withCacheLock,
} from "../../../../model/engine/install/cache.ts";
import {
  findAddon,
  findDamage,
  installAddon,
  installEngine,
  installLibrary,
} from "../../../../model/engine/install/install.ts";
import { artifactFor } from "../../../../model/engine/install/wheels.ts";
import { IntegrityError, ResourceError } from "../../../../pipeline/errors.ts";
import { fakeWheel, FILES, type Playground, withPlayground } from "../../../_support/fake_wheel.ts";
import { recordProgress } from "../../../_support/recorded_progress.ts";

const LIBRARY = "tensorflow/libtensorflow_cc.so.2";
const { artifact } = fakeWheel();

/** Puts a fake wheel into the named folder, and installs from there; returns what was told. */
async function install(
  { folder, cache }: Playground,
  { bytes, artifact }: ReturnType<typeof fakeWheel> = fakeWheel(),
) {
  await Deno.writeFile(join(folder, artifact.wheels[0]!.file), bytes);
  const progress = recordProgress();
  await installLibrary(artifact, cache, progress);
  return progress;
}

Deno.test("an install is whole", () =>
  withPlayground(async (playground) => {
    await install(playground);
    assert.ok(await isWhole(artifact, installDirectory(artifact, playground.cache)));
  }));

Deno.test("an install holds the wheel's libraries", () =>
  withPlayground(async (playground) => {
    await install(playground);
    const directory = installDirectory(artifact, playground.cache);
    assert.equal(await Deno.readTextFile(join(directory, LIBRARY)), FILES[LIBRARY]);
  }));

Deno.test("an install leaves nothing else in the cache", () =>
  withPlayground(async (playground) => {
    await install(playground);
    const names = (await Array.fromAsync(Deno.readDir(playground.cache))).map(({ name }) => name);
    assert.deepEqual(names, ["tensorflow-2.21.0-" + artifact.platform]);
  }));

Deno.test("an install tells what it unpacks, and how many bytes of it", () =>
  withPlayground(async (playground) => {
    const { warnings, stages } = await install(playground);
    const { file } = artifact.wheels[0]!;
    assert.deepEqual(warnings, [`setup: unpacking ${file} (from ${playground.folder})`]);
    const needed = Object.values(FILES).slice(0, 3);
    const total = needed.reduce((sum, text) => sum + text.length, 0);
    const [stage] = stages;
    assert.deepEqual(
      [stages.length, stage?.name, stage?.total, stage?.unit, stage?.reached.at(-1), stage?.ended],
      [1, "unpacking", total, "bytes", total, true],
    );
  }));

Deno.test("what is installed is not installed again", () =>
  withPlayground(async (playground) => {
    await install(playground);
    assert.deepEqual((await install(playground)).warnings, []);
  }));

Deno.test("half an install is made whole", () =>
  withPlayground(async (playground) => {
    await install(playground);
    const directory = installDirectory(artifact, playground.cache);
    await Deno.truncate(join(directory, LIBRARY), 5);
    await install(playground);
    assert.ok(await isWhole(artifact, directory));
  }));

/** An install with a flipped bit, by which it is as long as before. */
async function installDamaged(
  playground: Playground,
): Promise<{ directory: string; path: string }> {
  await install(playground);
  const directory = installDirectory(artifact, playground.cache);
  const path = join(directory, LIBRARY);
  const bytes = await Deno.readFile(path);
  bytes[100]! ^= 1;
  await Deno.writeFile(path, bytes);
  return { directory, path };
}

Deno.test("a flipped bit of an installed library is found", () =>
  withPlayground(async (playground) => {
    const { directory, path } = await installDamaged(playground);
    assert.equal(await findDamage(directory), path);
  }));

Deno.test("a flipped bit of an installed library is mended, and told of", () =>
  withPlayground(async (playground) => {
    const { directory, path } = await installDamaged(playground);
    const { warnings } = await install(playground);
    assert.equal(warnings[0], `setup: ${path} is not what was installed; installing it again`);
    assert.equal(await findDamage(directory), undefined);
  }));

Deno.test("a folder without a receipt has no damage that is known", () =>
  withPlayground(async ({ folder }) => {
    assert.equal(await findDamage(folder), undefined);
  }));

Deno.test("a wheel with another SHA-256 is refused before it is unpacked", () =>
  withPlayground(async (playground) => {
    const { bytes, artifact } = fakeWheel();
    const corrupt = bytes.slice();
    corrupt[50]! ^= 1;
    await assert.rejects(
      install(playground, { bytes: corrupt, artifact }),
      (error) => error instanceof IntegrityError && /SHA-256 is .* expected/.test(error.message),
    );
    assert.deepEqual(await Array.fromAsync(Deno.readDir(playground.cache)), []);
  }));

Deno.test("a wheel without the libraries is refused, naming them", () =>
  withPlayground(async (playground) => {
    await assert.rejects(
      install(playground, fakeWheel({ [LIBRARY]: "x" })),
      (error) => error instanceof ResourceError && /libtensorflow_framework/.test(error.message),
    );
  }));

Deno.test("of two installs at once, the second finds the first's", () =>
  withPlayground(async ({ cache, folder }) => {
    const { bytes, artifact } = fakeWheel();
    await Deno.writeFile(join(folder, artifact.wheels[0]!.file), bytes);
    const progress = recordProgress();
    const work = () =>
      withCacheLock(cache, () => {}, () => installLibrary(artifact, cache, progress));
    await Promise.all([work(), work()]);
    assert.equal(progress.warnings.length, 1);
  }));

Deno.test("where nothing is installed there is no addon", () =>
  withPlayground(async ({ cache }) => {
    assert.equal(await findAddon("tensorflow", cache), undefined);
  }));

Deno.test("an addon cannot be compiled without its TensorFlow", () =>
  withPlayground(async ({ cache }) => {
    await assert.rejects(
      installAddon("tensorflow", { cache }),
      (error) => error instanceof ResourceError && /TensorFlow vanished/.test(error.message),
    );
  }));

Deno.test("without a compiler nothing is fetched", {
  ignore: artifactFor("tensorflow") === undefined,
}, () =>
  withPlayground(async ({ cache }) => {
    const progress = recordProgress();
    await assert.rejects(
      installEngine("tensorflow", { cache, progress }),
      (error) => error instanceof ResourceError && /no C\+\+ compiler/.test(error.message),
    );
    assert.deepEqual(progress.warnings, []);
  }));
