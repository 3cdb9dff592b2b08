import assert from "node:assert/strict";
import { basename, join } from "node:path";
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

/** A compiler that does `work` for what it is called with, and writes its arguments to the log. */
async function fakeCompiler(bin: string, work: string): Promise<{ calls(): Promise<string[]> }> {
  const log = join(bin, "log");
  const script = `#!/bin/sh\n[ "$1" = --version ] && exit 0\necho "$*" >>'${log}'\n${work}\n`;
  await Deno.writeTextFile(join(bin, "g++"), script, { mode: 0o755 });
  return { calls: async () => (await Deno.readTextFile(log)).trim().split("\n") };
}

/** The last argument is the output. */
const WRITE_OUTPUT = 'for output; do :; done; : >"$output"';

Deno.test("every source is compiled once, and linked", () =>
  withPlayground(async ({ folder, cache, bin }) => {
    const library = await fakeLibrary(folder);
    const compiler = await fakeCompiler(bin, WRITE_OUTPUT);
    const addon = await compileAddon(library, cache);
    assert.deepEqual((await Array.fromAsync(Deno.readDir(cache))).map(({ name }) => name), [
      basename(addon),
    ]);
    const calls = await compiler.calls();
    const link = calls.pop()!;
    const compiled = calls.map((call) => / -c \S*?([^/\s]+\.cc) -o /.exec(call)![1]!).sort();
    const kernels = new URL("../../../../model/engine/native", import.meta.url);
    const names = (await Array.fromAsync(Deno.readDir(kernels))).map(({ name }) => name);
    const expected = [
      ...names.filter((name) => name.endsWith(".cc")),
      "tfjs_backend.cc",
      "tfjs_binding.cc",
    ];
    assert.deepEqual(compiled, expected.sort());
    for (const name of compiled) assert.match(link, new RegExp(`/${name}\\.o `));
  }));

/** What a compiler says and does that lacks a header. */
const FAIL = "echo 'In file included from x' >&2; echo 'x.h:1: fatal error: no stdlib' >&2; exit 1";

Deno.test("a compiler that fails is quoted, and leaves nothing behind", () =>
  withPlayground(async ({ folder, cache, bin }) => {
    const library = await fakeLibrary(folder);
    await fakeCompiler(bin, FAIL);
    await assert.rejects(
      compileAddon(library, cache),
      (error) => error instanceof ResourceError && /fatal error: no stdlib/.test(error.message),
    );
    assert.deepEqual(await Array.fromAsync(Deno.readDir(cache)), []);
  }));

Deno.test("after a failure no further source is compiled", () =>
  withPlayground(async ({ folder, cache, bin }) => {
    const library = await fakeLibrary(folder);
    const compiler = await fakeCompiler(bin, FAIL);
    await assert.rejects(compileAddon(library, cache));
    assert.ok((await compiler.calls()).length <= navigator.hardwareConcurrency);
  }));

Deno.test("what was compiled of sources that changed meanwhile is refused and not kept", () =>
  withPlayground(async ({ folder, cache, bin }) => {
    const library = await fakeLibrary(folder);
    const changed = join(folder, "tensorflow", library.libraries[0]);
    await fakeCompiler(bin, `${WRITE_OUTPUT}; echo 'another build' >>'${changed}'`);
    await assert.rejects(compileAddon(library, cache), {
      name: ResourceError.name,
      message: /its sources changed; run it again/,
    });
    assert.deepEqual(await Array.fromAsync(Deno.readDir(cache)), []);
  }));
