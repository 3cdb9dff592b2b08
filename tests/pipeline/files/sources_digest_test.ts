import assert from "node:assert/strict";
import { join } from "node:path";
import { sourcesDigest } from "../../../pipeline/files/sources_digest.ts";
import { temporary } from "../../_support/tiny.ts";

Deno.test("a change to a source anywhere, or to its name, is another version", async () => {
  await using directory = await temporary();
  await Deno.mkdir(join(directory.path, "layers"));
  const path = join(directory.path, "layers", "a.ts");
  const digests: string[] = [];
  const look = async () => void digests.push(await sourcesDigest(["layers"], directory.path));
  await Deno.writeTextFile(path, "1");
  await look();
  await Deno.writeTextFile(path, "2");
  await look();
  await Deno.rename(path, join(directory.path, "layers", "b.ts"));
  await look();
  assert.equal(new Set(digests).size, 3);
  await look();
  assert.equal(digests[3], digests[2]);
});

Deno.test("this program's version is that of the folders that are named", async () => {
  const [models, both] = [
    await sourcesDigest(["model"]),
    await sourcesDigest(["model", "pipeline"]),
  ];
  assert.match(both, /^[0-9a-f]{64}$/);
  assert.notEqual(models, both);
});
