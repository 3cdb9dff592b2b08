/**
 * A safetensors file on disk, its header checked before anything else of it is read: tensors are read
 * one at a time, and nothing of a size that is only claimed is ever allocated.
 *
 * @module
 */
import { IntegrityError } from "../errors.ts";
import { readAt } from "./read.ts";
import {
  parseHeader,
  readHeaderLength,
  type SafetensorsHeader,
  type TensorArray,
  type TensorPlace,
  viewTensor,
} from "./safetensors.ts";

/** Bytes in front of the header, which hold its length. */
const LENGTH_BYTES = 8;

/** An open file, which its opener goes on owning. */
export class SafetensorsFile {
  /** Everything in front of the tensors' bytes: the header's length and the header. */
  readonly start: Uint8Array;
  /** What the header says. */
  readonly header: SafetensorsHeader;
  readonly #file: Deno.FsFile;
  readonly #path: string;

  /** @throws {IntegrityError} where the header breaks the format, or the file is not as long as it says. */
  constructor(file: Deno.FsFile, path: string) {
    this.#file = file;
    this.#path = path;
    const { size } = file.statSync();
    const prefix = this.#bytes(0, Math.min(LENGTH_BYTES, size));
    const dataAt = LENGTH_BYTES + readHeaderLength(prefix, size, path);
    this.start = this.#bytes(0, dataAt);
    this.header = parseHeader(this.start.subarray(LENGTH_BYTES), size - dataAt, path);
  }

  /** Byte of the file at which the first tensor begins. */
  get dataAt(): number {
    return this.start.length;
  }

  /** The elements of a tensor of the header. */
  read({ dtype, begin, end }: TensorPlace): TensorArray {
    return viewTensor(this.#bytes(this.dataAt + begin, end - begin), dtype);
  }

  #bytes(at: number, length: number): Uint8Array {
    const bytes = new Uint8Array(length);
    if (readAt(this.#file, at, bytes)) return bytes;
    throw new IntegrityError(
      `reading ${this.#path}: it ends early; expected what its header says; make it again`,
    );
  }
}
