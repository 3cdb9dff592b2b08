/**
 * `part.json`: what a part of an input is a part of, and the digest of every file in its folder. Its
 * schema is strict: an unknown key is an error.
 *
 * @module
 */
import * as v from "valibot";
import { IntegrityError } from "../../errors.ts";
import type { FileDigest } from "../../files/checksum.ts";
import { digest, positive } from "../../files/field_schemas.ts";
import { parseJson } from "../../files/json.ts";
import { describeFault } from "../../files/json_fault.ts";
import { formatSealed, isSealed } from "../../files/sealed.ts";
import {
  fileSchema,
  type ManifestSource,
  optionsSchema,
  sourceSchema,
  stageSchema,
} from "../../manifest.ts";
import type { InputPart } from "../../source/part.ts";
import type { SourceReport } from "../../source/source.ts";
import type { DecisiveOptions, WriteSettings } from "../options.ts";

/** The file that vouches for the others of a part. */
export const PART_FILE = "part.json";

/** The other files of a part. */
export const PART_FILES = {
  /** The codes of the whole input, with their categories. */
  codes: "codes.json",
  /** Who decides about splits and labels. */
  rules: "rules.json",
  /** The codes of documents, one document a line. */
  assignments: "assignments.jsonl",
  /** The notes but for their texts, one a line. */
  notes: "notes.jsonl",
  /** The words of the notes, one a line. */
  terms: "terms.txt",
  /**
   * The notes' tokens as 32-bit numbers, little-endian, one note behind the other: a word's line from 0,
   * or the complement of it where a sentence begins.
   */
  tokens: "tokens.i32",
} as const;

/** What one of these is called within this program. */
export type PartFileName = keyof typeof PART_FILES;

/** What a part's record says that it is. */
export const PART_FORMAT = "marn-part";

/** Version of the format that is written, and the only one that is read. */
const PART_VERSION = 1;

/** What `part.json` holds. */
export interface PartRecord extends Pick<WriteSettings, "maxUncovered" | "allowLoss"> {
  readonly part: InputPart;
  /** Version of Deno, whose tables say what a letter is. */
  readonly deno: string;
  /** SHA-256 of the sources that read the input. */
  readonly program: string;
  /** What is made of it is restricted. */
  readonly restricted: boolean;
  /** The notes say of themselves that they are made up. */
  readonly synthetic: boolean;
  readonly options: DecisiveOptions;
  /** The tables of notes and codes that were read. */
  readonly sources: readonly ManifestSource[];
  /** Files that were read beside them. */
  readonly categoryFiles: readonly ManifestSource[];
  /** What became of the part's notes, and of all codes. */
  readonly stages: SourceReport["stages"];
  readonly files: readonly FileDigest[];
}

const decisive = v.omit(optionsSchema, ["split", "top", "topBy"]);

const schema = v.strictObject({
  format: v.literal(PART_FORMAT),
  version: v.literal(PART_VERSION),
  part: v.pipe(
    v.strictObject({ number: positive, of: positive }),
    v.check(({ number, of }) => number <= of, "there are fewer parts"),
  ),
  deno: v.string(),
  program: digest,
  restricted: v.boolean(),
  synthetic: v.boolean(),
  options: v.strictObject({ ...decisive.entries, shares: decisive.entries.shares.wrapped }),
  maxUncovered: v.number(),
  allowLoss: v.boolean(),
  sources: v.array(sourceSchema),
  categoryFiles: v.array(sourceSchema),
  stages: v.strictTuple([stageSchema, stageSchema]),
  files: v.array(fileSchema),
  sha256: digest,
});

/** The text of a `part.json`, which vouches for itself. */
export function formatPartRecord(record: PartRecord): string {
  return formatSealed({ format: PART_FORMAT, version: PART_VERSION, ...record });
}

/**
 * Parses and checks the text of a `part.json`.
 *
 * @param where path for messages.
 * @throws {IntegrityError} where it is not as it was written, or of another format version.
 */
export function parsePartRecord(text: string, where: string): PartRecord {
  try {
    const value = parseJson(text);
    const version = (value as { version?: unknown } | null)?.version;
    if (typeof version === "number" && version !== PART_VERSION) {
      throw new SyntaxError(`format version ${version}`);
    }
    const { format: _, version: __, sha256: ___, ...record } = v.parse(schema, value);
    if (!isSealed(text)) throw new SyntaxError("it is not as it was written");
    return record;
  } catch (error) {
    throw new IntegrityError(
      `reading ${where}: ${describeFault(error)}; expected a part of format version ` +
        `${PART_VERSION}; make it again with deno task prepare --part`,
    );
  }
}
