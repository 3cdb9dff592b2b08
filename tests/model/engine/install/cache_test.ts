import assert from "node:assert/strict";
import { join } from "node:path";
import {
  type EngineChoice,
  installDirectory,
  isWhole,
  readChoice,
  withCacheLock,
  withPartial,
  writeChoice,
  writeReceipt,
} from "../../../../model/engine/install/cache.ts";
import { cacheDirectory } from "../../../../model/engine/install/cache_directory.ts";
import type { Artifact } from "../../../../model/engine/install/wheels.ts";
import { ResourceError } from "../../../../pipeline/errors.ts";
import { fakeWheel, withPlayground } from "../../../_support/fake_wheel.ts";

const { artifact } = fakeWheel();
const wheel = artifact.wheels[0]!;
const FILE = "tensorflow/libtensorflow_cc.so.2";

/** An install of one file, under the fake artifact's receipt. */
async function writeInstall(directory: string): Promise<void> {
  await Deno.mkdir(join(directory, "tensorflow"), { recursive: true });
  await Deno.writeTextFile(join(directory, FILE), "content");
  await writeReceipt(directory, {
    format: 1,
    version: wheel.version,
    wheels: { [wheel.file]: wheel.sha256 },
    files: [{ path: FILE, bytes: 7, sha256: "0".repeat(64) }],
  });
}

Deno.test("the cache is a folder of its own in XDG_CACHE_HOME", () =>
  withPlayground(() => {
    assert.equal(cacheDirectory(), join("/caches", "marn-deno"));
  }, { XDG_CACHE_HOME: "/caches", HOME: "/home" }));

Deno.test(
  "without XDG_CACHE_HOME the cache is below HOME",
  { ignore: Deno.build.os !== "linux" },
  () =>
    withPlayground(() => {
      assert.equal(cacheDirectory(), "/home/.cache/marn-deno");
    }, { XDG_CACHE_HOME: "", HOME: "/home" }),
);

Deno.test(
  "without either, the variable to set is named",
  { ignore: Deno.build.os !== "linux" },
  () =>
    withPlayground(() => {
      assert.throws(
        cacheDirectory,
        (error) => error instanceof ResourceError && /set XDG_CACHE_HOME$/.test(error.message),
      );
    }, { XDG_CACHE_HOME: "", HOME: "", USERPROFILE: "" }),
);

Deno.test("an install's folder says engine, version and platform", () => {
  const path = installDirectory({ ...artifact, platform: "linux-x86_64" }, "cache");
  assert.equal(path, join("cache", "tensorflow-2.21.0-linux-x86_64"));
});

Deno.test("an install with its receipt is whole", () =>
  withPlayground(async ({ cache }) => {
    await writeInstall(cache);
    assert.ok(await isWhole(artifact, cache));
  }));

const damages: Record<string, (directory: string) => Promise<Artifact>> = {
  "a file is cut": async (directory) => {
    await Deno.truncate(join(directory, FILE), 5);
    return artifact;
  },
  "a file is gone": async (directory) => {
    await Deno.remove(join(directory, FILE));
    return artifact;
  },
  "the receipt is gone": async (directory) => {
    await Deno.remove(join(directory, "receipt.json"));
    return artifact;
  },
  "the receipt is cut": async (directory) => {
    await Deno.truncate(join(directory, "receipt.json"), 20);
    return artifact;
  },
  "another wheel is pinned": () =>
    Promise.resolve({ ...artifact, wheels: [{ ...wheel, sha256: "1".repeat(64) }] }),
};

for (const [what, damage] of Object.entries(damages)) {
  Deno.test(`an install of which ${what} is not whole`, () =>
    withPlayground(async ({ cache }) => {
      await writeInstall(cache);
      assert.equal(await isWhole(await damage(cache), cache), false);
    }));
}

Deno.test("a choice is read as it was written", () =>
  withPlayground(async ({ cache }) => {
    const choice: EngineChoice = {
      engine: "wasm",
      reason: "no compiler",
      at: "2024-05-06T07:08:09Z",
    };
    await writeChoice(choice, join(cache, "new"));
    assert.deepEqual(await readChoice(join(cache, "new")), choice);
  }));

for (const text of ["", "{", '{"engine":"abacus","at":""}', '{"engine":"wasm","at":"","more":1}']) {
  Deno.test(`no choice is read from ${text || "an empty file"}`, () =>
    withPlayground(async ({ cache }) => {
      await Deno.writeTextFile(join(cache, "choice.json"), text);
      assert.equal(await readChoice(cache), undefined);
    }));
}

Deno.test("a partial folder is gone when the work on it has failed", () =>
  withPlayground(async ({ cache }) => {
    await assert.rejects(
      withPartial(cache, async (directory) => {
        await Deno.writeTextFile(join(directory, "half"), "");
        throw new Error("stopped");
      }),
      /stopped/,
    );
    assert.deepEqual(await Array.fromAsync(Deno.readDir(cache)), []);
  }));

Deno.test("what a killed process left is removed by the next", () =>
  withPlayground(async ({ cache }) => {
    await Deno.mkdir(join(cache, ".partial-x", "tensorflow"), { recursive: true });
    await withPartial(cache, () => Promise.resolve());
    assert.deepEqual(await Array.fromAsync(Deno.readDir(cache)), []);
  }));

Deno.test("a cache that cannot be written is named", async () => {
  await assert.rejects(
    withCacheLock("/dev/null/cache", () => {}, () => Promise.resolve()),
    (error) => error instanceof ResourceError && /\/dev\/null\/cache/.test(error.message),
  );
});

Deno.test("of two that want the lock, one waits until the other ends", () =>
  withPlayground(async ({ cache }) => {
    const events: string[] = [];
    const waiting = Promise.withResolvers<void>();
    let second: Promise<unknown> = Promise.resolve();
    await withCacheLock(cache, () => events.push("first waits"), async () => {
      events.push("first begins");
      second = withCacheLock(cache, () => {
        events.push("second waits");
        waiting.resolve();
      }, () => Promise.resolve(events.push("second begins")));
      await waiting.promise; // the first holds the lock until the second has found it taken
      events.push("first ends");
    });
    await second;
    assert.deepEqual(events, ["first begins", "second waits", "first ends", "second begins"]);
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
    const turn = withCacheLock(cache, () => child.kill("SIGKILL"), () => Promise.resolve("mine"));
    assert.equal(await turn, "mine");
    await child.status;
    await reader.cancel();
  }));
