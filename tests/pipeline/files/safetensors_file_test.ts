import assert from "node:assert/strict";
import { join } from "node:path";
import { IntegrityError } from "../../../pipeline/errors.ts";
import { decodeSafetensors, encodeSafetensors } from "../../../pipeline/files/safetensors.ts";
import { SafetensorsFile } from "../../../pipeline/files/safetensors_file.ts";
import { temporary } from "../../_support/tiny.ts";

const bytes = encodeSafetensors({
  floats: { dtype: "F32", shape: [2, 3], data: new Float32Array([1, 2, 3, 4, 5, 6]) },
  whole: { dtype: "I64", shape: [1], data: new BigInt64Array([-7n]) },
}, { note: "text" });

Deno.test("a file's header and tensors are those of its bytes", async () => {
  await using directory = await temporary();
  const path = join(directory.path, "a.safetensors");
  await Deno.writeFile(path, bytes);
  using file = await Deno.open(path);
  const { header, ...stored } = new SafetensorsFile(file, path);
  const { tensors, metadata } = decodeSafetensors(bytes);
  assert.deepEqual(header.metadata, metadata);
  assert.deepEqual(stored.start, bytes.subarray(0, stored.start.length));
  const again = new SafetensorsFile(file, path);
  for (const [name, place] of header.tensors) {
    assert.deepEqual(again.read(place), tensors.get(name)!.data);
  }
});

for (
  const [what, length] of [["nothing", 0], ["half a length", 4], ["half a header", 40]] as const
) {
  Deno.test(`fault 44: a file that holds ${what} is refused`, async () => {
    await using directory = await temporary();
    const path = join(directory.path, "a.safetensors");
    await Deno.writeFile(path, bytes.subarray(0, length));
    using file = await Deno.open(path);
    assert.throws(() => new SafetensorsFile(file, path), IntegrityError);
  });
}

Deno.test("fault 44: a header of 6 GB that is only claimed takes no memory", async () => {
  await using directory = await temporary();
  const path = join(directory.path, "a.safetensors");
  const start = new Uint8Array(8);
  new DataView(start.buffer).setBigUint64(0, 6_000_000_000n, true);
  await Deno.writeFile(path, start);
  await Deno.truncate(path, 6_400_000_000); // a hole: it takes no room on disk
  using file = await Deno.open(path);
  const before = Deno.memoryUsage().rss;
  assert.throws(() => new SafetensorsFile(file, path), {
    name: IntegrityError.name,
    message: /a header of 6000000000 bytes; expected at most 100000000;/,
  });
  assert.ok(Deno.memoryUsage().rss - before < 50e6);
});

Deno.test("fault 37: a file that was cut off after its header was read is refused", async () => {
  await using directory = await temporary();
  const path = join(directory.path, "a.safetensors");
  await Deno.writeFile(path, bytes);
  using file = await Deno.open(path);
  const opened = new SafetensorsFile(file, path);
  await Deno.truncate(path, opened.dataAt + 10);
  assert.throws(() => opened.read(opened.header.tensors.get("floats")!), {
    name: IntegrityError.name,
    message: /: it ends early; expected what its header says/,
  });
});
