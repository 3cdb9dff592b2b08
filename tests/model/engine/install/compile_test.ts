import assert from "node:assert/strict";
import { join } from "node:path";
import { addonPath, compileAddon, type Library } from "../../../../model/engine/install/compile.ts";
import { ResourceError } from "../../../../pipeline/errors.ts";
import { withPlayground } from "../../../_support/fake_wheel.ts";

async function fakeLibrary(directory: string): Promise<Library> {
  await Deno.mkdir(join(directory, "tensorflow"), { recursive: true });
  const libraries = ["libtensorflow_cc.so.2", "libtensorflow_framework.so.2"] as const;
  for (const name of libraries) await Deno.writeTextFile(join(directory, "tensorflow", name), name);
  return { directory, libraries };
}

Deno.test("the addon's name follows its library", () =>
  withPlayground(async ({ folder, cache }) => {
    const library = await fakeLibrary(folder);
    const path = await addonPath(library, cache);
    assert.match(path, /addon-[0-9a-f]{24}\.node$/);
    assert.equal(await addonPath(library, cache), path);
    await Deno.writeTextFile(join(folder, "tensorflow", library.libraries[1]), "another build");
    assert.notEqual(await addonPath(library, cache), path);
  }));

Deno.test("a missing compiler is an error that names the package to install", () =>
  withPlayground(async ({ folder, cache }) => {
    const library = await fakeLibrary(folder);
    const failsWith = (pattern: RegExp) =>
      assert.rejects(
        compileAddon(library, cache),
        (error) => error instanceof ResourceError && pattern.test(error.message),
      );
    await failsWith(/no C\+\+ compiler found; install one \(Debian, Ubuntu: apt install g\+\+/);
    Deno.env.set("CXX", join(folder, "absent"));
    await failsWith(/CXX=.*absent does not run/);
  }));

Deno.test("a compiler that fails is quoted, and leaves nothing behind", () =>
  withPlayground(async ({ folder, cache, bin }) => {
    const library = await fakeLibrary(folder);
    const script = '#!/bin/sh\n[ "$1" = --version ] && exit 0\n' +
      "echo 'In file included from x' >&2; echo 'x.h:1: fatal error: no stdlib' >&2; exit 1\n";
    await Deno.writeTextFile(join(bin, "g++"), script, { mode: 0o755 });
    await assert.rejects(
      compileAddon(library, cache),
      (error) => error instanceof ResourceError && /fatal error: no stdlib/.test(error.message),
    );
    assert.deepEqual(await Array.fromAsync(Deno.readDir(cache)), []);
  }));
