import assert from "node:assert/strict";
import { artifactFor, TENSORFLOW_VERSION } from "../../../../model/engine/install/wheels.ts";

const artifacts = {
  "tensorflow on linux-x86_64": artifactFor("tensorflow", "linux-x86_64"),
  "tensorflow on linux-aarch64": artifactFor("tensorflow", "linux-aarch64"),
  "tensorflow on darwin-aarch64": artifactFor("tensorflow", "darwin-aarch64"),
  "cuda on linux-x86_64": artifactFor("cuda", "linux-x86_64"),
};

for (const [name, artifact] of Object.entries(artifacts)) {
  Deno.test(`${name}: TensorFlow's wheel comes first`, () => {
    const { project, version } = artifact!.wheels[0]!;
    assert.match(project, /^tensorflow(-cpu)?$/);
    assert.equal(version, TENSORFLOW_VERSION);
  });

  Deno.test(`${name}: every wheel's file is named after its project and version`, () => {
    for (const { project, version, file } of artifact!.wheels) {
      const [name, number] = file.split("-");
      assert.deepEqual([name, number], [project.replaceAll("-", "_"), version]);
    }
  });

  Deno.test(`${name}: every wheel is pinned by another digest`, () => {
    const digests = artifact!.wheels.map(({ sha256 }) => sha256);
    assert.ok(digests.every((digest) => /^[0-9a-f]{64}$/.test(digest)));
    assert.equal(new Set(digests).size, digests.length);
  });
}

Deno.test("there is no CUDA but for Linux on x86-64", () => {
  assert.equal(artifactFor("cuda", "linux-aarch64"), undefined);
  assert.equal(artifactFor("cuda", "darwin-aarch64"), undefined);
});
