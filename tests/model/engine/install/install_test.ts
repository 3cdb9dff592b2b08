import assert from "node:assert/strict";
import { join } from "node:path";
import type { Artifact } from "../../../../model/engine/install/wheels.ts";
import {
  installDirectory,
  isWhole,
  withCacheLock,
} from "../../../../model/engine/install/cache.ts";
import { findDamage, installLibrary } from "../../../../model/engine/install/install.ts";
import { IntegrityError, ResourceError } from "../../../../pipeline/errors.ts";
import { fakeWheel, FILES, type Playground, withPlayground } from "../../../_support/fake_wheel.ts";

const LIBRARY = "tensorflow/libtensorflow_cc.so.2";

/** Puts a fake wheel into the named folder, and installs from there. */
async function install(
  { folder, cache }: Playground,
  { bytes, artifact }: ReturnType<typeof fakeWheel>,
): Promise<{ directory: string; lines: string[]; artifact: Artifact }> {
  await Deno.writeFile(join(folder, artifact.wheels[0]!.file), bytes);
  const lines: string[] = [];
  await installLibrary(artifact, { cache, log: (line) => lines.push(line) });
  return { directory: installDirectory(artifact, cache), lines, artifact };
}

Deno.test("an install is whole, is done once, and leaves nothing else in the cache", () =>
  withPlayground(async (playground) => {
    const { directory, artifact, lines } = await install(playground, fakeWheel());
    assert.ok(await isWhole(artifact, directory));
    assert.equal(await Deno.readTextFile(join(directory, LIBRARY)), FILES[LIBRARY]);
    assert.equal(lines.length, 1);
    assert.equal((await Array.fromAsync(Deno.readDir(playground.cache))).length, 1);
    assert.deepEqual((await install(playground, fakeWheel())).lines, []);
  }));

Deno.test("half an install is not taken for a whole one", () =>
  withPlayground(async (playground) => {
    const { directory, artifact } = await install(playground, fakeWheel());
    await Deno.truncate(join(directory, LIBRARY), 5);
    assert.ok(!await isWhole(artifact, directory));
    await install(playground, fakeWheel());
    assert.ok(await isWhole(artifact, directory));
    await Deno.remove(join(directory, "receipt.json"));
    assert.ok(!await isWhole(artifact, directory));
    await install(playground, fakeWheel());
    assert.ok(await isWhole(artifact, directory));
    const pinnedAnew = { ...artifact.wheels[0]!, sha256: "0".repeat(64) };
    assert.ok(!await isWhole({ ...artifact, wheels: [pinnedAnew] }, directory));
  }));

Deno.test("a flipped bit of an installed library is found and mended", () =>
  withPlayground(async (playground) => {
    const { directory } = await install(playground, fakeWheel());
    const path = join(directory, LIBRARY), bytes = await Deno.readFile(path);
    bytes[100]! ^= 1;
    await Deno.writeFile(path, bytes);
    assert.equal(await findDamage(directory), path);
    const { lines } = await install(playground, fakeWheel());
    assert.match(lines[0]!, /is not what was installed; installing it again/);
    assert.equal(await findDamage(directory), undefined);
  }));

Deno.test("what a killed install left is removed by the next", () =>
  withPlayground(async (playground) => {
    await Deno.mkdir(join(playground.cache, ".partial-x", "tensorflow"), { recursive: true });
    await install(playground, fakeWheel());
    assert.equal((await Array.fromAsync(Deno.readDir(playground.cache))).length, 1);
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

Deno.test("a cache that cannot be written is named", async () => {
  await assert.rejects(
    withCacheLock("/dev/null/cache", () => {}, () => Promise.resolve()),
    (error) => error instanceof ResourceError && /\/dev\/null\/cache/.test(error.message),
  );
});

Deno.test("two installs at once take turns, and the second finds the first's", () =>
  withPlayground(async ({ cache, folder }) => {
    const { bytes, artifact } = fakeWheel();
    await Deno.writeFile(join(folder, artifact.wheels[0]!.file), bytes);
    const lines: string[] = [];
    let inside = 0, waited = 0;
    const work = () =>
      withCacheLock(cache, () => waited++, async () => {
        assert.equal(++inside, 1);
        await installLibrary(artifact, { cache, log: (line) => lines.push(line) });
        inside--;
      });
    await Promise.all([work(), work()]);
    assert.equal(waited, 1);
    assert.equal(lines.length, 1);
  }));

Deno.test("a killed process frees the lock", () =>
  withPlayground(async ({ cache }) => {
    const module = new URL("../../../../model/engine/install/cache.ts", import.meta.url).href;
    const code = `import { withCacheLock } from ${JSON.stringify(module)};
      await withCacheLock(Deno.args[0], () => {}, () => {
        console.log("held");
        return new Promise(() => setInterval(() => {}, 1000));
      });`;
    const child = new Deno.Command(Deno.execPath(), {
      args: ["eval", code, cache],
      stdout: "piped",
    }).spawn();
    const reader = child.stdout.getReader();
    await reader.read();
    let waited = false;
    const turn = withCacheLock(cache, () => {
      waited = true;
      child.kill("SIGKILL");
    }, () => Promise.resolve("mine"));
    assert.equal(await turn, "mine");
    assert.ok(waited);
    await child.status;
    await reader.cancel();
  }));
