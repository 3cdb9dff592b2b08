import assert from "node:assert/strict";
import { crc32c, encodeRecord } from "../../../model/run/event_record.ts";

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

// tensorboard 2.21.0: Event(wall_time=1.5, step=3, summary=Summary(value=[…])).SerializeToString() of
// Summary.Value(tag="t", tensor=TensorProto(dtype=DT_STRING, tensor_shape=(1), string_val=[b"hi"]),
// metadata=SummaryMetadata(plugin_data=PluginData(plugin_name="text"))), and of
// Summary.Value(tag="h", histo=HistogramProto(min=0.25, max=0.75, num=2, sum=1, sum_squares=0.625,
// bucket_limit=[0.5, 1], bucket=[1, 1]))
for (
  const [what, fields, golden] of [
    [
      "text",
      { texts: { t: "hi" } },
      "09000000000000f83f10032a1d0a1b0a0174420c0807120412020801420268694a080a060a04" +
      "74657874",
    ],
    [
      "histogram",
      {
        histograms: {
          h: {
            min: 0.25,
            max: 0.75,
            count: 2,
            sum: 1,
            sumOfSquares: 0.625,
            limits: [0.5, 1],
            counts: [1, 1],
          },
        },
      },
      "09000000000000f83f10032a580a560a01682a5109000000000000d03f11000000000000e83f" +
      "19000000000000004021000000000000f03f29000000000000e43f3210000000000000e03f00" +
      "0000000000f03f3a10000000000000f03f000000000000f03f",
    ],
  ] as const
) {
  Deno.test(`a ${what} is encoded as TensorBoard's own writer does it`, () => {
    const record = encodeRecord({ wallTime: 1.5, step: 3, ...fields });
    assert.equal(hex(record.subarray(12, -4)), golden);
  });
}

function hex(bytes: Uint8Array): string {
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
