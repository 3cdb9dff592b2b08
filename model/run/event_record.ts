/**
 * Records of TensorBoard event files: TFRecord framing (length, masked CRC-32C, data, masked CRC-32C)
 * around `Event` protocol buffers, of which scalars, histograms and texts need only a few fields.
 *
 * @module
 */
import { joinArrays } from "../../pipeline/files/arrays.ts";
import type { Histogram } from "./histogram.ts";

/** What one event holds: values of a step, the file's version, or the start of a session. */
export interface TensorBoardEvent {
  /** Seconds since 1970. */
  readonly wallTime: number;
  /** Steps done, from 0. */
  readonly step: number;
  /** By tag, such as `train/loss`. */
  readonly scalars?: { readonly [tag: string]: number } | undefined;
  /** Distributions by tag. */
  readonly histograms?: { readonly [tag: string]: Histogram } | undefined;
  /** In Markdown, by tag. */
  readonly texts?: { readonly [tag: string]: string } | undefined;
  /** Only in a file's first event. */
  readonly fileVersion?: string | undefined;
  /** Tells TensorBoard to drop what an earlier session wrote for `step` and later. */
  readonly sessionStart?: boolean | undefined;
}

/** CRC-32C (Castagnoli) of `bytes`. */
export function crc32c(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) crc = crcTable[(crc ^ byte) & 0xff]! ^ (crc >>> 8);
  return (crc ^ 0xffffffff) >>> 0;
}

/** Encodes an event as one record of an event file. */
export function encodeRecord(event: TensorBoardEvent): Uint8Array {
  const data = encodeEvent(event);
  const record = new Uint8Array(data.length + 16);
  const view = new DataView(record.buffer);
  view.setBigUint64(0, BigInt(data.length), true);
  view.setUint32(8, maskedCrc(record.subarray(0, 8)), true);
  record.set(data, 12);
  view.setUint32(12 + data.length, maskedCrc(data), true);
  return record;
}

const crcTable = Uint32Array.from({ length: 256 }, (_, index) => {
  let crc = index;
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0x82f63b78 : crc >>> 1;
  return crc;
});

/** TFRecord masks its checksums, so that data which itself holds checksums stays protected. */
function maskedCrc(bytes: Uint8Array): number {
  const crc = crc32c(bytes);
  return (((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0;
}

/** Wire types of protocol buffers. */
const VARINT = 0;
const FIXED64 = 1;
const BYTES = 2;
const FIXED32 = 5;

/** `tensorflow.Event`: wall_time 1, step 2, file_version 3, summary 5, session_log 7. */
function encodeEvent(event: TensorBoardEvent): Uint8Array {
  const parts = [double(1, event.wallTime), integer(2, event.step)];
  if (event.fileVersion !== undefined) parts.push(text(3, event.fileVersion));
  const values = encodeValues(event);
  if (values.length > 0) parts.push(message(5, values)); // Summary: repeated value 1
  if (event.sessionStart) parts.push(message(7, [integer(1, 1)])); // SessionLog: status 1 = START 1
  return joinArrays(Uint8Array, parts);
}

/** `Summary.Value`: tag 1, simple_value 2, histo 5, tensor 8, metadata 9. */
function encodeValues({ scalars = {}, histograms = {}, texts = {} }: TensorBoardEvent) {
  const value = (tag: string, ...content: Uint8Array[]) => message(1, [text(1, tag), ...content]);
  return [
    ...Object.entries(scalars).map(([tag, scalar]) => value(tag, float(2, scalar))),
    ...Object.entries(histograms).map(([tag, one]) => value(tag, message(5, encodeHistogram(one)))),
    ...Object.entries(texts).map(([tag, markdown]) =>
      value(tag, message(8, encodeString(markdown)), message(9, [TEXT_PLUGIN]))
    ),
  ];
}

/** `HistogramProto`: min 1, max 2, num 3, sum 4, sum_squares 5, bucket_limit 6, bucket 7. */
function encodeHistogram(histogram: Histogram): Uint8Array[] {
  const { min, max, count, sum, sumOfSquares, limits, counts } = histogram;
  return [
    ...[min, max, count, sum, sumOfSquares].map((value, at) => double(at + 1, value)),
    message(6, [new Uint8Array(Float64Array.from(limits).buffer)]),
    message(7, [new Uint8Array(Float64Array.from(counts).buffer)]),
  ];
}

/** `DT_STRING` of `types.proto`. */
const STRING_TYPE = 7;

/** `TensorProto`: dtype 1, tensor_shape 2 (dim 2: size 1), string_val 8; a list of one. */
function encodeString(value: string): Uint8Array[] {
  const shape = message(2, [message(2, [integer(1, 1)])]);
  return [integer(1, STRING_TYPE), shape, text(8, value)];
}

function field(number: number, wireType: number, payload: Uint8Array): Uint8Array {
  return joinArrays(Uint8Array, [varint(number << 3 | wireType), payload]);
}

function integer(number: number, value: number): Uint8Array {
  return field(number, VARINT, varint(value));
}

function double(number: number, value: number): Uint8Array {
  return field(number, FIXED64, new Uint8Array(new Float64Array([value]).buffer));
}

function float(number: number, value: number): Uint8Array {
  return field(number, FIXED32, new Uint8Array(new Float32Array([value]).buffer));
}

function text(number: number, value: string): Uint8Array {
  return message(number, [new TextEncoder().encode(value)]);
}

function message(number: number, parts: readonly Uint8Array[]): Uint8Array {
  const payload = joinArrays(Uint8Array, parts);
  return field(number, BYTES, joinArrays(Uint8Array, [varint(payload.length), payload]));
}

/** A whole number ≥ 0, seven bits a byte, lowest first. */
function varint(value: number): Uint8Array {
  const bytes: number[] = [];
  for (; value >= 128; value = Math.floor(value / 128)) bytes.push(value % 128 | 128);
  return Uint8Array.from([...bytes, value]);
}

/** `SummaryMetadata`: plugin_data 1 (plugin_name 1); by it TensorBoard knows a text. */
const TEXT_PLUGIN = message(1, [text(1, "text")]);
