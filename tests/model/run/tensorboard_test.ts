import assert from "node:assert/strict";
import { crc32c, encodeRecord, openTensorBoard } from "../../../model/run/tensorboard.ts";

Deno.test("CRC-32C agrees with RFC 3720's test vectors", () => {
  assert.equal(crc32c(new Uint8Array(32)), 0x8a9136aa);
  assert.equal(crc32c(new Uint8Array(32).fill(0xff)), 0x62a8ab43);
  assert.equal(crc32c(Uint8Array.from({ length: 32 }, (_, i) => i)), 0x46dd794e);
  assert.equal(crc32c(new TextEncoder().encode("123456789")), 0xe3069283);
});

Deno.test("a record is framed and encoded as TensorBoard's own writer does it", () => {
  // tensorboard 2.21.0: RecordWriter(file).write(Event(wall_time=1.5, step=300,
  // summary=Summary(value=[Summary.Value(tag="a", simple_value=0.5)])).SerializeToString())
  const golden = "1800000000000000a37f4b2209000000000000f83f10ac02" +
    "2a0a0a080a0161150000003f64076a3f";
  const bytes = encodeRecord({ wallTime: 1.5, step: 300, scalars: { a: 0.5 } });
  assert.equal(hex(bytes), golden);
});

Deno.test("a run's file starts with its version, marks the session, and decodes to its scalars", async () => {
  const directory = await Deno.makeTempDir();
  try {
    const board = await openTensorBoard(directory, 4);
    board.onStep?.({
      step: 5,
      epoch: 0,
      position: 5,
      epochSteps: 9,
      loss: 0.25,
      gradientNorm: 2,
      learningRate: 0.5,
      documents: 1,
      tokens: 30,
      seconds: 2,
    });
    board.close?.();
    const [entry] = [...Deno.readDirSync(directory)];
    assert.match(entry!.name, /^events\.out\.tfevents\.\d+\./);
    const records = readRecords(await Deno.readFile(`${directory}/${entry!.name}`));
    assert.equal(records.length, 3);
    const text = records.map((record) => new TextDecoder("latin1").decode(record));
    assert.ok(text[0]!.includes("brain.Event:2"));
    assert.ok(text[1]!.endsWith("\x3a\x02\x08\x01")); // session_log { status: START }
    for (const tag of ["loss", "gradient_norm", "learning_rate", "tokens_per_second"]) {
      assert.ok(text[2]!.includes(`train/${tag}`), tag);
    }
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
});

/** The data of every record, lengths checked against the file's end. */
function readRecords(bytes: Uint8Array): Uint8Array[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  const records: Uint8Array[] = [];
  for (let at = 0; at < bytes.length;) {
    const length = Number(view.getBigUint64(at, true));
    records.push(bytes.subarray(at + 12, at + 12 + length));
    at += length + 16;
    assert.ok(at <= bytes.length);
  }
  return records;
}

function hex(bytes: Uint8Array): string {
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
