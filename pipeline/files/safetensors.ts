/**
 * A strict codec of the safetensors format: 8 bytes of header length, a JSON header, then the tensors'
 * bytes, little-endian, without a gap. Written files open in Python's `safetensors`; a file that is
 * damaged or made to harm is refused before anything of its claimed size is allocated.
 *
 * @module
 */
import { IntegrityError, shown } from "../errors.ts";
import { compareCodeUnits } from "../order.ts";
import { parseJson } from "./json.ts";

/** Element types that this program stores or reads. */
export type Dtype = "F32" | "I32" | "I64" | "U8" | "F64" | "U32" | "BOOL" | "F16" | "BF16";

/** The typed arrays that hold them; halves of floats as their bits. */
export type TensorArray =
  | Float32Array
  | Int32Array
  | BigInt64Array
  | Uint8Array
  | Uint16Array
  | Float64Array
  | Uint32Array;

/** One tensor on the host, row-major. */
export interface TensorData {
  readonly dtype: Dtype;
  /** Sizes of the dimensions; `[]` is a scalar. */
  readonly shape: readonly number[];
  /** The elements, as many as the product of `shape`. */
  readonly data: TensorArray;
}

/** Where a tensor lies in a file. */
export interface TensorPlace {
  readonly dtype: Dtype;
  readonly shape: readonly number[];
  /** Offset of the first byte behind the last of the header. */
  readonly begin: number;
  /** Offset behind its last byte, counted likewise. */
  readonly end: number;
}

/** What a safetensors header says. */
export interface SafetensorsHeader {
  /** The tensors by name, in the order of their bytes. */
  readonly tensors: ReadonlyMap<string, TensorPlace>;
  /** Free text under `__metadata__`. */
  readonly metadata: Readonly<Record<string, string>>;
}

/** A decoded file. */
export interface Safetensors {
  /** The tensors by name, in the order of their bytes; views of the file's bytes where aligned. */
  readonly tensors: Map<string, TensorData>;
  /** Free text under `__metadata__`. */
  readonly metadata: Record<string, string>;
}

const ARRAYS = {
  F32: Float32Array,
  I32: Int32Array,
  I64: BigInt64Array,
  U8: Uint8Array,
  F64: Float64Array,
  U32: Uint32Array,
  BOOL: Uint8Array,
  F16: Uint16Array,
  BF16: Uint16Array,
} as const;

/** Longest header that Python's implementation accepts. */
const MAX_HEADER_BYTES = 100_000_000;
const METADATA = "__metadata__";

/**
 * Encodes tensors. Equal input gives equal bytes: the widest elements come first, so that all are
 * aligned, then by name.
 *
 * @throws {RangeError} where a tensor's data does not fit its dtype or shape (a defect of the caller).
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 *
 * const bias = { dtype: "F32", shape: [2], data: new Float32Array([1, 2]) } as const;
 * const { tensors } = decodeSafetensors(encodeSafetensors({ bias }));
 * assert.deepEqual(tensors.get("bias"), bias);
 * ```
 */
export function encodeSafetensors(
  tensors: Readonly<Record<string, TensorData>> | ReadonlyMap<string, TensorData>,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array<ArrayBuffer> {
  const entries: [string, TensorData][] = tensors instanceof Map
    ? [...tensors]
    : Object.entries(tensors);
  entries.sort(([nameA, a], [nameB, b]) =>
    b.data.BYTES_PER_ELEMENT - a.data.BYTES_PER_ELEMENT || compareCodeUnits(nameA, nameB)
  );
  for (const [name, { dtype, shape, data }] of entries) {
    const elements = shape.reduce((product, size) => product * size, 1);
    if (!(data instanceof ARRAYS[dtype]) || data.length !== elements || name === METADATA) {
      throw new RangeError(
        `encoding tensor ${name}: ${data.length} elements of ${data.constructor.name}; ` +
          `expected ${elements} of ${dtype} for shape [${shape}]`,
      );
    }
  }
  const header = encodeHeader(entries, metadata);
  const bytes = new Uint8Array(
    entries.reduce((sum, [, { data }]) => sum + data.byteLength, header.length),
  );
  bytes.set(header);
  let at = header.length;
  for (const [, { data }] of entries) {
    bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), at);
    at += data.byteLength;
  }
  return bytes;
}

/**
 * The start of a file, up to the first tensor's bytes: for a file that is written tensor by tensor,
 * without a gap and in the order of `entries`.
 */
export function encodeHeader(
  entries: Iterable<readonly [string, Pick<TensorData, "dtype" | "shape">]>,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array<ArrayBuffer> {
  const header: [string, unknown][] = [];
  if (Object.keys(metadata).length) header.push([METADATA, metadata]);
  let end = 0;
  for (const [name, { dtype, shape }] of entries) {
    const begin = end;
    end += shape.reduce((product, size) => product * size, ARRAYS[dtype].BYTES_PER_ELEMENT);
    header.push([name, { dtype, shape, data_offsets: [begin, end] }]);
  }
  const json = new TextEncoder().encode(toJson(header));
  const headerBytes = Math.ceil(json.length / 8) * 8;
  const bytes = new Uint8Array(8 + headerBytes).fill(0x20);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(headerBytes), true);
  bytes.set(json, 8);
  return bytes;
}

/** A JSON object with its keys in the given order, also those that look like array indices. */
function toJson(entries: readonly (readonly [string, unknown])[]): string {
  const members = entries.map(([key, value]) => `${JSON.stringify(key)}:${JSON.stringify(value)}`);
  return `{${members.join(",")}}`;
}

/**
 * Decodes a whole file. Tensors are views of `bytes` where their offset allows it, copies elsewhere.
 *
 * @param what the file's path, for messages.
 * @throws {IntegrityError} where the file breaks the format in any way.
 */
export function decodeSafetensors(bytes: Uint8Array, what = "safetensors"): Safetensors {
  const dataAt = 8 + readHeaderLength(bytes, bytes.length, what);
  const header = parseHeader(bytes.subarray(8, dataAt), bytes.length - dataAt, what);
  const tensors = new Map<string, TensorData>();
  for (const [name, { dtype, shape, begin, end }] of header.tensors) {
    const data = viewTensor(bytes.subarray(dataAt + begin, dataAt + end), dtype);
    tensors.set(name, { dtype, shape, data });
  }
  return { tensors, metadata: { ...header.metadata } };
}

/** The elements of `dtype` that lie in `bytes`: a view where they are aligned, else a copy. */
export function viewTensor(bytes: Uint8Array, dtype: Dtype): TensorArray {
  const { BYTES_PER_ELEMENT: width } = ARRAYS[dtype];
  const { buffer, byteOffset } = bytes.byteOffset % width === 0 ? bytes : bytes.slice();
  return new ARRAYS[dtype](buffer as ArrayBuffer, byteOffset, bytes.length / width);
}

/** A tensor of 32 or 16 bits as 32; undefined where it holds no floats. */
export function toFloats({ dtype, data }: TensorData): Float32Array | undefined {
  if (dtype === "F32") return data as Float32Array;
  const bits = data as Uint16Array;
  if (dtype === "F16") {
    return Float32Array.from(new Float16Array(bits.buffer, bits.byteOffset, bits.length));
  }
  if (dtype !== "BF16") return undefined;
  // The upper half of a float of 32 bits.
  return new Float32Array(Uint32Array.from(bits, (half) => half * 0x10000).buffer);
}

/**
 * Length of the JSON header of a file of `fileBytes`, from its first 8 bytes.
 *
 * @throws {IntegrityError} where it cannot be.
 */
export function readHeaderLength(start: Uint8Array, fileBytes: number, what: string): number {
  if (start.length < 8) refuse(what, `${fileBytes} bytes`, "at least 8");
  const length = new DataView(start.buffer, start.byteOffset).getBigUint64(0, true);
  const limit = Math.min(fileBytes - 8, MAX_HEADER_BYTES);
  if (length > limit) refuse(what, `a header of ${length} bytes`, `at most ${limit}`);
  return Number(length);
}

/**
 * Parses and checks a header.
 *
 * @param json the header's bytes, without their length.
 * @param dataBytes how many bytes follow the header: the tensors must fill them exactly.
 * @throws {IntegrityError} where it breaks the format in any way.
 */
export function parseHeader(json: Uint8Array, dataBytes: number, what: string): SafetensorsHeader {
  const header = parseObject(decodeHeader(json, what), what);
  const metadata: Record<string, string> = {};
  const tensors: [string, TensorPlace][] = [];
  for (const [name, value] of Object.entries(header)) {
    if (name === METADATA) {
      for (const [key, entry] of Object.entries(asObject(value, what, METADATA))) {
        if (typeof entry !== "string") refuse(what, `metadata ${shown(key)}`, "text");
        Object.defineProperty(metadata, key, { value: entry, enumerable: true });
      }
    } else {
      tensors.push([name, parsePlace(asObject(value, what, name), what, name)]);
    }
  }
  tensors.sort(([, a], [, b]) => a.begin - b.begin || a.end - b.end);
  let end = 0;
  for (const [name, place] of tensors) {
    if (place.begin !== end) {
      refuse(what, `${shown(name)} at offset ${place.begin}`, `${end}, without gap or overlap`);
    }
    end = place.end;
  }
  if (end !== dataBytes) refuse(what, `${dataBytes} bytes of tensors`, `${end} by its header`);
  return { tensors: new Map(tensors), metadata };
}

function decodeHeader(json: Uint8Array, what: string): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(json);
  } catch {
    return refuse(what, "a header that is not UTF-8", "JSON");
  }
}

function parseObject(text: string, what: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = parseJson(text);
  } catch (error) {
    refuse(what, `a header with ${(error as Error).message}`, "a JSON object, each key once");
  }
  if (!text.startsWith("{")) refuse(what, "a header that is not an object", "a JSON object");
  return value as Record<string, unknown>;
}

function asObject(value: unknown, what: string, name: string): Record<string, unknown> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    refuse(what, `${shown(name)} that is not an object`, "a JSON object");
  }
  return value as Record<string, unknown>;
}

function parsePlace(entry: Record<string, unknown>, what: string, name: string): TensorPlace {
  const { dtype, shape, data_offsets: offsets, ...others } = entry;
  if (Object.keys(others).length) {
    refuse(what, `${shown(name)} with other keys`, "dtype, shape, data_offsets");
  }
  if (typeof dtype !== "string" || !Object.hasOwn(ARRAYS, dtype)) {
    refuse(what, `${shown(name)} of type ${shown(String(dtype))}`, Object.keys(ARRAYS).join(", "));
  }
  if (!isSizes(shape)) refuse(what, `the shape of ${shown(name)}`, "whole numbers from 0");
  if (!isSizes(offsets) || offsets.length !== 2) {
    refuse(what, `the offsets of ${shown(name)}`, "two whole numbers from 0");
  }
  const [begin, end] = offsets as [number, number];
  // BigInt: a product of sizes may pass 2^53, and be a wrong number or 0 × Infinity.
  const elements = (shape as number[]).reduce((product, size) => product * BigInt(size), 1n);
  const width = ARRAYS[dtype as Dtype].BYTES_PER_ELEMENT;
  if (begin > end || elements * BigInt(width) !== BigInt(end - begin)) {
    refuse(
      what,
      `${shown(name)} in bytes ${begin} to ${end}`,
      `${elements} elements of ${width} bytes`,
    );
  }
  return { dtype: dtype as Dtype, shape: shape as number[], begin, end };
}

function isSizes(value: unknown): value is number[] {
  return Array.isArray(value) && value.length <= 64 &&
    value.every((size) => Number.isSafeInteger(size) && size >= 0 && !Object.is(size, -0));
}

function refuse(what: string, found: string, expected: string): never {
  throw new IntegrityError(
    `reading ${what}: ${found}; expected ${expected}; the file is damaged, make it again`,
  );
}
