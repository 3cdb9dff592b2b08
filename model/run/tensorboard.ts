/**
 * TensorBoard event files: TFRecord framing (length, masked CRC-32C, data, masked CRC-32C) around
 * `Event` protocol buffers, of which scalars need only a few fields.
 *
 * @module
 */
import { join } from "node:path";
import { joinArrays } from "../../pipeline/files/arrays.ts";
import { writeAllSync, writeFailure } from "../../pipeline/files/write.ts";
import type { TrainObserver } from "../train/observer.ts";

/** What one event holds: scalars of a step, the file's version, or the start of a session. */
export interface TensorBoardEvent {
  /** Seconds since 1970. */
  readonly wallTime: number;
  /** Steps done, from 0. */
  readonly step: number;
  /** By tag, such as `train/loss`. */
  readonly scalars?: { readonly [tag: string]: number } | undefined;
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

/**
 * Starts an event file in `directory` for a run that has done `step` steps. A resumed run gets a file
 * of its own, as TensorBoard expects. Throws `ResourceError`.
 */
export async function openTensorBoard(directory: string, step: number): Promise<TrainObserver> {
  const seconds = Math.floor(Date.now() / 1000);
  const path = join(directory, `events.out.tfevents.${seconds}.${Deno.pid}.marn`);
  const file = await Deno.open(path, { append: true, create: true }).catch((error) => {
    throw writeFailure(path, 64, error);
  });
  const write = (event: Omit<TensorBoardEvent, "wallTime">) => {
    writeAllSync(file, encodeRecord({ wallTime: Date.now() / 1000, ...event }), path);
  };
  write({ step: 0, fileVersion: "brain.Event:2" });
  write({ step: step + 1, sessionStart: true });
  return {
    onStep: ({ step, loss, gradientNorm, learningRate, tokens, seconds }) =>
      write({
        step,
        scalars: {
          "train/loss": loss,
          "train/gradient_norm": gradientNorm,
          "train/learning_rate": learningRate,
          "train/tokens_per_second": tokens / seconds,
        },
      }),
    onEpoch({ step, trainLoss, monitor, value }) {
      const scalars = Object.entries({ "epoch/train_loss": trainLoss, [`dev/${monitor}`]: value });
      const defined = scalars.filter(([, scalar]) => !Number.isNaN(scalar));
      write({ step, scalars: Object.fromEntries(defined) });
    },
    close: () => file.close(),
  };
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
  if (event.scalars) {
    // Summary: repeated value 1; Summary.Value: tag 1, simple_value 2.
    const values = Object.entries(event.scalars)
      .map(([tag, value]) => message(1, [text(1, tag), float(2, value)]));
    parts.push(message(5, values));
  }
  if (event.sessionStart) parts.push(message(7, [integer(1, 1)])); // SessionLog: status 1 = START 1
  return joinArrays(Uint8Array, parts);
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
