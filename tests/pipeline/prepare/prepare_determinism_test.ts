import assert from "node:assert/strict";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { prepareDataset } from "../../../pipeline/prepare/prepare.ts";
import { digests, type Preparation, syntheticMimic } from "../../_support/prepare.ts";

/** Prepares into a folder of its own and returns the digests. */
async function prepared({ path, options }: Preparation, name: string, threads = 1) {
  const out = join(path, name);
  await prepareDataset({ ...options, out, threads });
  return await digests(out);
}

Deno.test("the same input gives the same bytes", async () => {
  await using fixture = await syntheticMimic();
  assert.deepEqual(await prepared(fixture, "again"), await prepared(fixture, "once"));
});

Deno.test("neither threads nor storage nor the order of rows change a list or a shard", async () => {
  await using fixture = await syntheticMimic();
  const plain = await prepared(fixture, "plain");
  await storeOtherwise(fixture.mimic);
  const other = await prepared(fixture, "other", 3);
  // Threads race for word vectors; the manifest names the sources' bytes.
  const compared = Object.keys(plain).filter((file) => !/embeddings|manifest/.test(file));
  assert.ok(compared.length > 20);
  for (const file of compared) assert.equal(other[file], plain[file], file);
});

/** Gzips the notes; turns the rows of the diagnoses round and ends their lines otherwise. */
async function storeOtherwise(mimic: string): Promise<void> {
  const notes = join(mimic, "NOTEEVENTS.csv");
  await Deno.writeFile(`${notes}.gz`, gzipSync(await Deno.readFile(notes)));
  await Deno.remove(notes);
  const diagnoses = join(mimic, "DIAGNOSES_ICD.csv");
  const [header, ...rows] = (await Deno.readTextFile(diagnoses)).trimEnd().split("\n");
  await Deno.writeTextFile(diagnoses, [header, ...rows.reverse()].join("\r\n"));
}
