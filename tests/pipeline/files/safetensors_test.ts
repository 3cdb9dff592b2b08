import fc from "fast-check";
import assert from "node:assert/strict";
import golden from "../../../fixtures/golden/safetensors.json" with { type: "json" };
import { IntegrityError } from "../../../pipeline/errors.ts";
import {
  decodeSafetensors,
  type Dtype,
  encodeSafetensors,
  type TensorArray,
  type TensorData,
} from "../../../pipeline/files/safetensors.ts";

const arrays = {
  F32: Float32Array,
  F64: Float64Array,
  I32: Int32Array,
  I64: BigInt64Array,
  U8: Uint8Array,
  U32: Uint32Array,
  BOOL: Uint8Array,
  F16: Uint16Array,
  BF16: Uint16Array,
} as const;

const shape = fc.array(fc.nat(3), { maxLength: 3 });
const tensor: fc.Arbitrary<TensorData> = fc
  .tuple(fc.constantFrom(...Object.keys(arrays) as Dtype[]), shape, fc.nat(255))
  .map(([dtype, shape, fill]) => {
    const length = shape.reduce((product, size) => product * size, 1);
    const data: TensorArray = dtype === "I64"
      ? new BigInt64Array(length).fill(-BigInt(fill))
      : new arrays[dtype](length).fill(dtype === "BOOL" ? fill % 2 : fill);
    return { dtype, shape, data };
  });
const name = fc.string({ unit: "binary" }).filter((name) => name !== "__metadata__");
const metadata = fc.dictionary(fc.string(), fc.string());

Deno.test("what is encoded is decoded, wherever the bytes lie in memory", () => {
  fc.assert(fc.property(
    fc.uniqueArray(fc.tuple(name, tensor), { selector: ([name]) => name, maxLength: 5 }),
    metadata,
    fc.nat(9),
    (entries, metadata, shift) => {
      const bytes = encodeSafetensors(new Map(entries), metadata);
      const shifted = new Uint8Array(bytes.length + shift);
      shifted.set(bytes, shift);
      const decoded = decodeSafetensors(shifted.subarray(shift));
      const byName = ([a]: [string, unknown], [b]: [string, unknown]) => (a < b ? -1 : 1);
      assert.deepEqual([...decoded.tensors].sort(byName), entries.sort(byName));
      assert.deepEqual({ ...decoded.metadata }, { ...metadata });
    },
  ));
});

Deno.test("bytes do not depend on the order of the tensors, and the header is padded to 8", () => {
  const a = { dtype: "U8", shape: [3], data: new Uint8Array([1, 2, 3]) } as const;
  const b = { dtype: "F64", shape: [], data: new Float64Array([0.5]) } as const;
  assert.deepEqual(encodeSafetensors({ a, b }), encodeSafetensors({ b, a }));
  assert.equal(new DataView(encodeSafetensors({ a, b }).buffer).getBigUint64(0, true) % 8n, 0n);
});

Deno.test("aligned tensors are views of the file's bytes", () => {
  const tensors = {
    bytes: { dtype: "U8", shape: [1], data: new Uint8Array([9]) },
    floats: { dtype: "F32", shape: [2], data: new Float32Array([1, 2]) },
  } as const;
  const file = encodeSafetensors(tensors);
  assert.equal(decodeSafetensors(file).tensors.get("floats")!.data.buffer, file.buffer);
});

Deno.test("a tensor whose data does not fit its shape or type is a defect, not a file", () => {
  const data = new Float32Array(3);
  for (const [dtype, shape] of [["F32", [2]], ["I32", [3]], ["F32", [3, 0]]] as const) {
    assert.throws(() => encodeSafetensors({ a: { dtype, shape, data } }), RangeError);
  }
});

/** What NumPy calls each type of values. */
const numpyTypes: { readonly [dtype in Dtype]?: string } = {
  F32: "float32",
  F64: "float64",
  I32: "int32",
  I64: "int64",
  U8: "uint8",
  U32: "uint32",
  BOOL: "bool",
};

Deno.test("a file written by Python is read to the bit", () => {
  const file = Uint8Array.from(atob(golden.file), (char) => char.charCodeAt(0));
  const { tensors, metadata } = decodeSafetensors(file);
  assert.deepEqual(metadata, golden.metadata);
  assert.deepEqual([...tensors.keys()].sort(), Object.keys(golden.tensors).sort());
  for (const [name, expected] of Object.entries(golden.tensors)) {
    const { dtype, shape, data } = tensors.get(name)!;
    assert.equal(numpyTypes[dtype], expected.dtype, name);
    assert.deepEqual(shape, expected.shape, name);
    assert.deepEqual(
      Array.from(data as ArrayLike<number | bigint>, Number),
      expected.data.map(Number),
    );
  }
});

/** A file with this header text and so many bytes of data. */
function file(header: string, dataBytes: number, headerBytes?: bigint): Uint8Array {
  const json = new TextEncoder().encode(header);
  const bytes = new Uint8Array(8 + json.length + dataBytes);
  new DataView(bytes.buffer).setBigUint64(0, headerBytes ?? BigInt(json.length), true);
  bytes.set(json, 8);
  return bytes;
}

const entry = (shape: string, offsets: string, dtype = "F32") =>
  `{"dtype":"${dtype}","shape":${shape},"data_offsets":${offsets}}`;

const hostile: Record<string, Uint8Array> = {
  "no bytes": new Uint8Array(),
  "less than a length": new Uint8Array(7),
  "a huge header": file("{}", 0, 2n ** 63n),
  "a header past the file's end": file("{}", 0, 3n),
  "a header of 2^64 - 1": file("{}", 0, 2n ** 64n - 1n),
  "a header that is not JSON": file("{", 0),
  "a header that is an array": file("[]", 0),
  "a header that is null": file("null", 0),
  "white space before the header": file(" {}", 0),
  "a header that is not UTF-8": (() => {
    const bytes = file('{"aa":0}', 0);
    bytes.set([0xc3, 0x28], 10);
    return bytes;
  })(),
  "negative offsets": file(`{"a":${entry("[1]", "[-4,0]")}}`, 0),
  "falling offsets": file(`{"a":${entry("[0]", "[4,0]")}}`, 0),
  "fractional offsets": file(`{"a":${entry("[1]", "[0.5,4.5]")}}`, 4),
  "three offsets": file(`{"a":${entry("[1]", "[0,4,4]")}}`, 4),
  "offsets over 2^53": file(`{"a":${entry("[0]", "[9007199254740993,9007199254740993]")}}`, 0),
  "offsets past the end": file(`{"a":${entry("[2]", "[0,8]")}}`, 4),
  "overlapping tensors": file(
    `{"a":${entry("[2]", "[0,8]")},"b":${entry("[2]", "[4,12]")}}`,
    12,
  ),
  "the same bytes twice": file(`{"a":${entry("[1]", "[0,4]")},"b":${entry("[1]", "[0,4]")}}`, 4),
  "a hole": file(`{"a":${entry("[1]", "[0,4]")},"b":${entry("[1]", "[8,12]")}}`, 12),
  "a hole at the start": file(`{"a":${entry("[1]", "[4,8]")}}`, 8),
  "trailing bytes": file(`{"a":${entry("[1]", "[0,4]")}}`, 5),
  "a negative size": file(`{"a":${entry("[-1]", "[0,4]")}}`, 4),
  "two negative sizes": file(`{"a":${entry("[-1,-1]", "[0,4]")}}`, 4),
  "a shape over 2^53": file(`{"a":${entry("[4294967296,4294967296]", "[0,0]")}}`, 0),
  "a shape over 2^64": file(`{"a":${entry("[4294967296,4294967296,4294967296]", "[0,0]")}}`, 0),
  "a shape that is text": file(`{"a":${entry('["1"]', "[0,4]")}}`, 4),
  "a shape of 65 dimensions": file(`{"a":${entry(`[${"1,".repeat(64)}1]`, "[0,4]")}}`, 4),
  "less bytes than the shape": file(`{"a":${entry("[2]", "[0,4]")}}`, 4),
  "an unknown type": file(`{"a":${entry("[1]", "[0,4]", "F7")}}`, 4),
  "a type from the prototype": file(`{"a":${entry("[1]", "[0,4]", "constructor")}}`, 4),
  "a missing key": file('{"a":{"dtype":"F32","shape":[1]}}', 4),
  "another key": file('{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4],"x":1}}', 4),
  "a tensor that is a number": file('{"a":7}', 0),
  "a tensor that is null": file('{"a":null}', 0),
  "a name given twice": file(`{"a":${entry("[1]", "[0,4]")},"a":${entry("[1]", "[0,4]")}}`, 4),
  "a name given twice, escaped": file(
    `{"a":${entry("[1]", "[0,4]")},"\\u0061" :${entry("[1]", "[0,4]")}}`,
    4,
  ),
  "a type given twice": file(
    '{"a":{"dtype":"I64","dtype":"F32","shape":[1],"data_offsets":[0,4]}}',
    4,
  ),
  "metadata that is not text": file('{"__metadata__":{"a":1}}', 0),
  "metadata given twice": file('{"__metadata__":{"a":"1","a":"2"}}', 0),
  "metadata that is text": file('{"__metadata__":"a"}', 0),
};
for (const [what, bytes] of Object.entries(hostile)) {
  Deno.test(`${what} is refused in one line that names the file`, () => {
    assert.throws(() => decodeSafetensors(bytes, "best.safetensors"), (error: Error) => {
      assert.ok(error instanceof IntegrityError);
      assert.match(error.message, /^reading best\.safetensors: [^\n]+; expected [^\n]+$/);
      assert.ok(error.message.length < 300);
      return true;
    });
  });
}

Deno.test("of a header that is not UTF-8 this is said, not what comes of reading on", () => {
  const bytes = hostile["a header that is not UTF-8"]!;
  assert.throws(
    () => decodeSafetensors(bytes, "best.safetensors"),
    /: a header that is not UTF-8;/,
  );
});

Deno.test("keys that look like colons, quotes or the prototype are just names", () => {
  const one = { dtype: "F32", shape: [1], data: new Float32Array([1]) } as const;
  const names = ['a":', "\\", '":"', "__proto__", "7", "constructor", "\u2028"];
  const bytes = encodeSafetensors(new Map(names.map((name) => [name, one])), { "__proto__x": "y" });
  assert.deepEqual([...decodeSafetensors(bytes).tensors.keys()].sort(), names.sort());
});

Deno.test("damage is refused, or changes no more than a value", () => {
  const bytes = encodeSafetensors({
    a: { dtype: "F32", shape: [2, 3], data: new Float32Array(6) },
    b: { dtype: "I64", shape: [1], data: new BigInt64Array(1) },
  }, { seed: "7" });
  fc.assert(fc.property(
    fc.nat(bytes.length - 1),
    fc.integer({ min: 1, max: 255 }),
    (at, flip) => {
      const damaged = bytes.slice();
      damaged[at]! ^= flip;
      try {
        const { tensors } = decodeSafetensors(damaged);
        for (const { shape, data } of tensors.values()) {
          assert.equal(data.length, shape.reduce((product, size) => product * size, 1));
        }
      } catch (error) {
        assert.ok(error instanceof IntegrityError);
      }
    },
  ));
});
