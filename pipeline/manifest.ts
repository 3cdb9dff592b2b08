/**
 * `manifest.json` of a dataset directory: where it came from, what was left out, and every file's
 * digest. Its schema is strict: an unknown key is an error.
 *
 * @module
 */
import * as v from "valibot";
import { IntegrityError } from "./errors.ts";
import type { FileDigest } from "./files/checksum.ts";
import { digest, natural, positive } from "./files/field_schemas.ts";
import { parseJson } from "./files/json.ts";
import { describeIssue } from "./files/json_fault.ts";
import { formatSealed, isSealed } from "./files/sealed.ts";
import { type PerSplit, perSplit, type PerTask, perTask, type Split, SPLITS } from "./schema.ts";

/** What a manifest says that it is. */
export const DATASET_FORMAT = "marn-dataset";

/**
 * Version of the dataset directory's format that is written. Older ones are read, too: version 1 has
 * neither rare words nor sentences, version 2 no digest of the manifest itself.
 */
export const DATASET_VERSION = 3;

/** Versions that are read. */
const VERSIONS = [1, 2, DATASET_VERSION] as const;

const name = v.pipe(v.string(), v.minLength(1), v.maxLength(255));
const counts = v.record(v.string(), natural);
const counted = v.strictObject(perSplit(() => natural));

/** A path inside the dataset directory: at most one folder deep, never absolute, never upwards. */
const innerPath = v.pipe(
  v.string(),
  v.regex(/^(?:[A-Za-z0-9][A-Za-z0-9_.-]*\/)?[A-Za-z0-9][A-Za-z0-9_.-]*$/),
);

/** Schema of {@linkcode ManifestOptions}. */
export const optionsSchema = v.strictObject({
  source: v.picklist(["mimic3", "corpus"]),
  split: v.picklist(["patient", "published", "caml", "edin-clean", "given"]),
  shares: v.nullable(counted),
  top: v.nullable(positive),
  topBy: v.optional(v.picklist(["frequency", "list"]), "frequency"),
  minCodeDocuments: v.optional(positive, 1),
  ccsLabels: v.picklist(["separate", "paper"]),
  groupPrefix: v.nullable(positive),
  reading: v.optional(
    v.record(v.string(), v.union([v.boolean(), v.string(), v.array(v.string())])),
  ),
  embedOn: v.picklist(["all", "train"]),
  minDocuments: positive,
  dimensions: positive,
  seed: natural,
});

/** Schema of {@linkcode ManifestSource}. */
export const sourceSchema = v.strictObject({
  name,
  bytes: natural,
  rows: natural,
  sha256: digest,
  /** Whether SHA256SUMS beside the file named this very digest. */
  verified: v.boolean(),
});

/** Schema of a {@linkcode Stage}, whose counts add up. */
export const stageSchema = v.pipe(
  v.strictObject({
    stage: name,
    read: natural,
    kept: natural,
    /** Why the rest was left out: reason → how many. */
    excluded: counts,
    /** What else was seen among the kept ones. */
    noted: counts,
  }),
  v.check(
    ({ read, kept, excluded }) =>
      read === kept + Object.values(excluded).reduce((sum, n) => sum + n, 0),
    "read is not kept plus excluded",
  ),
);

const file = { file: innerPath, bytes: natural, sha256: digest };

/** Schema of the {@linkcode FileDigest} of a file in a dataset directory or the like. */
export const fileSchema = v.strictObject(file);

const shard = v.strictObject({
  ...file,
  split: v.picklist(SPLITS),
  documents: positive,
  tokens: natural,
});

const topCodes = v.strictObject({
  /** Codes among the most frequent here that the list does not have, and the reverse. */
  onlyHere: v.array(v.string()),
  onlyGiven: v.array(v.string()),
});

const manifest = v.strictObject({
  format: v.literal(DATASET_FORMAT),
  version: v.picklist(VERSIONS),
  labelSet: v.pipe(name, v.regex(/^[\w.-]{1,40}$/)),
  restricted: v.boolean(),
  synthetic: v.boolean(),
  options: optionsSchema,
  sources: v.array(sourceSchema),
  stages: v.array(stageSchema),
  documents: counted,
  patients: counted,
  tokens: counted,
  labels: v.strictObject(perTask(() => natural)),
  vocabulary: v.pipe(natural, v.minValue(2)),
  rareWords: v.optional(natural),
  topCodes: v.nullable(topCodes),
  shards: v.array(shard),
  files: v.array(fileSchema),
});

/** One with the digest that it has of itself, which says nothing more once it was found right. */
const sealed = v.pipe(
  v.strictObject({ ...manifest.entries, sha256: digest }),
  v.transform(({ sha256: _, ...rest }) => rest),
);

/** What `manifest.json` holds: where a dataset came from, what was left out, and every file's digest. */
export interface Manifest {
  readonly format: typeof DATASET_FORMAT;
  readonly version: typeof VERSIONS[number];
  /** `full`, `top50`, … */
  readonly labelSet: string;
  /** Made from MIMIC-III, or from what was declared restricted: it stays where the agreement allows. */
  readonly restricted: boolean;
  /** The notes say of themselves that they are made up. */
  readonly synthetic: boolean;
  /** Everything but the sources that decides the bytes. */
  readonly options: ManifestOptions;
  /** The input files, in the order in which they were named. */
  readonly sources: readonly ManifestSource[];
  /** A count for every stage and every reason something was left out, in order. */
  readonly stages: readonly Stage[];
  /** Documents of each split; a split may be empty. */
  readonly documents: PerSplit<number>;
  /** No patient is counted in two splits. */
  readonly patients: PerSplit<number>;
  /** Tokens of all documents, not cut. */
  readonly tokens: PerSplit<number>;
  /** Lines of each label table below its header. */
  readonly labels: PerTask<number>;
  /** Lines of `vocabulary.txt`, padding and unknown included. */
  readonly vocabulary: number;
  /** Lines of `rare_words.txt`; absent in version 1. */
  readonly rareWords?: number | undefined;
  /**
   * How the most frequent codes differ from a list of codes; null where there was none. By `topBy`, the
   * ones or the others are the labels.
   */
  readonly topCodes:
    | { readonly onlyHere: readonly string[]; readonly onlyGiven: readonly string[] }
    | null;
  /** The shards, by split and number. */
  readonly shards: readonly ManifestShard[];
  /** Every other file of the directory but the manifest itself. */
  readonly files: readonly FileDigest[];
}

/** Options of `prepare` that decide a dataset's bytes. */
export interface ManifestOptions {
  /** MIMIC-III's tables, or notes and labels of one's own. */
  readonly source: "mimic3" | "corpus";
  /**
   * Who decides a document's split: a hash of its patient, lists in a folder (`published`) or that ship
   * (`caml`, `edin-clean`), or the notes' files.
   */
  readonly split: "patient" | "published" | "caml" | "edin-clean" | "given";
  /** Relative sizes of the splits where patients are dealt out; otherwise null. */
  readonly shares: PerSplit<number> | null;
  /** The label set is `top` codes; null: every code. */
  readonly top: number | null;
  /** Which codes these are: the most frequent, or those of a list. */
  readonly topBy: "frequency" | "list";
  /** Documents that a code must be in to be a label of the full set, at least 1. */
  readonly minCodeDocuments: number;
  /** Whether diagnosis and procedure categories of one number stay apart. */
  readonly ccsLabels: "separate" | "paper";
  /** Length of the code prefix that stands in for a category; null where a table gives them. */
  readonly groupPrefix: number | null;
  /** What the command line said of tables' columns and cells: option → value. */
  readonly reading?: Readonly<Record<string, boolean | string | string[]>> | undefined;
  /** Whose notes word2vec read. */
  readonly embedOn: "all" | "train";
  /** Training documents that a vocabulary token needs. */
  readonly minDocuments: number;
  /** Elements of a word vector. */
  readonly dimensions: number;
  /** Seed of the split and of word2vec. */
  readonly seed: number;
}

/** A file of the user's that was read. */
export interface ManifestSource {
  /** Base name: the folder stays untold. */
  readonly name: string;
  /** Bytes as stored. */
  readonly bytes: number;
  /** Records below the header. */
  readonly rows: number;
  /** SHA-256 of the file as stored, hexadecimal. */
  readonly sha256: string;
  /** Whether a SHA256SUMS file beside it names this digest. */
  readonly verified: boolean;
}

/** What one stage read, kept and left out: `read` = `kept` + the sum of `excluded`. */
export interface Stage {
  /** `notes`, `codes`, `documents`, `documents of full`, … */
  readonly stage: string;
  /** Rows, admissions or documents that came in. */
  readonly read: number;
  /** How many of them went on. */
  readonly kept: number;
  /** Reason → how many were left out for it. */
  readonly excluded: Readonly<Record<string, number>>;
  /** Other things worth a count. */
  readonly noted: Readonly<Record<string, number>>;
}

/** A shard of the dataset directory. */
export interface ManifestShard extends FileDigest {
  readonly split: Split;
  /** At least 1. */
  readonly documents: number;
  readonly tokens: number;
}

/**
 * Parses and checks the text of a `manifest.json`.
 *
 * @param where path for messages.
 * @throws {IntegrityError} where it is not JSON, of another format version, or breaks the contract.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 *
 * assert.throws(() => parseManifest("{}", "data/full/manifest.json"), /format/);
 * ```
 */
export function parseManifest(text: string, where: string): Manifest {
  const fail = (found: string): never => {
    throw new IntegrityError(
      `reading ${where}: ${found}; expected a manifest of format version 1 to ${DATASET_VERSION}; ` +
        "run deno task prepare again",
    );
  };
  let value: unknown;
  try {
    value = parseJson(text);
  } catch (error) {
    return fail((error as SyntaxError).message);
  }
  const version = (value as { version?: unknown } | null)?.version;
  if (typeof version === "number" && !VERSIONS.some((known) => known === version)) {
    return fail(`format version ${version}`);
  }
  if (version === DATASET_VERSION && !isSealed(text)) return fail("it is not as it was written");
  const result = v.safeParse(version === DATASET_VERSION ? sealed : manifest, value);
  return result.success ? result.output : fail(describeIssue(result.issues[0]));
}

/** The text of a manifest: keys in the schema's order, so that equal manifests are equal bytes. */
export function formatManifest(value: Manifest): string {
  const ordered = v.parse(manifest, value);
  return value.version === DATASET_VERSION
    ? formatSealed(ordered)
    : JSON.stringify(ordered, null, 2) + "\n";
}
