import assert from "node:assert/strict";
import { crc32c, encodeRecord, openTensorBoard } from "../../../model/run/tensorboard.ts";
import { temporary } from "../../_support/tiny.ts";

for (
  const [what, bytes, sum] of [
    ["32 zeros", new Uint8Array(32), 0x8a9136aa],
    ["32 ones", new Uint8Array(32).fill(0xff), 0x62a8ab43],
    ["0 to 31", Uint8Array.from({ length: 32 }, (_, i) => i), 0x46dd794e],
    ["the digits 1 to 9", new TextEncoder().encode("123456789"), 0xe3069283],
  ] as const
) {
  Deno.test(`CRC-32C agrees with RFC 3720's test vector: ${what}`, () => {
    assert.equal(crc32c(bytes), sum);
  });
}

Deno.test("a record is framed and encoded as TensorBoard's own writer does it", () => {
  // tensorboard 2.21.0: RecordWriter(file).write(Event(wall_time=1.5, step=300,
  // summary=Summary(value=[Summary.Value(tag="a", simple_value=0.5)])).SerializeToString())
  const golden = "1800000000000000a37f4b2209000000000000f83f10ac02" +
    "2a0a0a080a0161150000003f64076a3f";
  const bytes = encodeRecord({ wallTime: 1.5, step: 300, scalars: { a: 0.5 } });
  assert.equal(hex(bytes), golden);
});

for (
  const [what, fields, golden] of [
    // event.proto: string file_version = 3; SessionLog session_log = 7 { status = 1: START = 1 }
    ["version", { fileVersion: "brain.Event:2" }, "1a0d627261696e2e4576656e743a32"],
    ["session's start", { sessionStart: true }, "3a020801"],
  ] as const
) {
  Deno.test(`a file's ${what} is encoded as event.proto has it`, () => {
    const record = encodeRecord({ wallTime: 1.5, step: 3, ...fields });
    assert.equal(hex(record.subarray(12, -4)), `09000000000000f83f1003${golden}`);
  });
}

Deno.test("a run's file holds its version, the start of the session, then scalars", async () => {
  await using directory = await temporary();
  const board = await openTensorBoard(directory.path, 4);
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
  board.onEpoch?.({
    step: 9,
    epoch: 0,
    trainLoss: 0.125,
    documents: 9,
    tokens: 90,
    monitor: "p@5",
    value: 0.75,
    improved: true,
    stale: 0,
  });
  board.close?.();
  const [entry] = [...Deno.readDirSync(directory.path)];
  const bytes = await Deno.readFile(`${directory.path}/${entry!.name}`);
  const events = [
    { step: 0, fileVersion: "brain.Event:2" },
    { step: 5, sessionStart: true },
    {
      step: 5,
      scalars: {
        "train/loss": 0.25,
        "train/gradient_norm": 2,
        "train/learning_rate": 0.5,
        "train/tokens_per_second": 15,
      },
    },
    { step: 9, scalars: { "epoch/train_loss": 0.125, "dev/p@5": 0.75 } },
  ];
  const records = splitRecords(bytes);
  const expected = events.map((event, at) =>
    encodeRecord({ wallTime: wallTimeOf(records[at]!), ...event })
  );
  assert.deepEqual(records, expected);
});

Deno.test("fault 77: a metric that is undefined has no point on its curve", async () => {
  await using directory = await temporary();
  const board = await openTensorBoard(directory.path, 0);
  const epoch = { step: 9, epoch: 0, trainLoss: 0.125, documents: 9, tokens: 90, stale: 0 };
  board.onEpoch?.({ ...epoch, monitor: "map", value: 0.75, improved: true });
  board.onEpoch?.({ ...epoch, monitor: "macro_auc", value: NaN, improved: false });
  board.close?.();
  const [entry] = [...Deno.readDirSync(directory.path)];
  const text = await Deno.readTextFile(`${directory.path}/${entry!.name}`);
  assert.deepEqual(text.match(/dev\/\w+|epoch\/\w+/g), [
    ...["epoch/train_loss", "dev/map"],
    "epoch/train_loss",
  ]);
});

Deno.test("TensorBoard finds a run's file by its name", async () => {
  await using directory = await temporary();
  (await openTensorBoard(directory.path, 0)).close?.();
  const [entry] = [...Deno.readDirSync(directory.path)];
  assert.match(entry!.name, /^events\.out\.tfevents\.\d+\./);
});

/** The records of a file, one behind the other, each with its frame of 16 bytes. */
function splitRecords(bytes: Uint8Array): Uint8Array[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  const records: Uint8Array[] = [];
  for (let at = 0; at < bytes.length;) {
    const end = at + 16 + Number(view.getBigUint64(at, true));
    records.push(bytes.slice(at, end));
    at = end;
  }
  return records;
}

/** A record's first field behind its frame's head of 12 bytes and the field's tag. */
function wallTimeOf(record: Uint8Array): number {
  return new DataView(record.buffer).getFloat64(13, true);
}

function hex(bytes: Uint8Array): string {
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
