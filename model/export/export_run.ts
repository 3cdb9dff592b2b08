/**
 * A run as a folder that other programs open: weights with a description, a tokenizer, words and labels.
 *
 * @module
 */
import { dirname, join } from "node:path";
import { findForeign, refuseToReplace } from "../../pipeline/files/foreign.ts";
import { exists } from "../../pipeline/files/read.ts";
import { privateModes, RESTRICTED_FILE, RESTRICTED_TEXT } from "../../pipeline/files/restricted.ts";
import { encodeSafetensors } from "../../pipeline/files/safetensors.ts";
import { Staging } from "../../pipeline/files/staging.ts";
import { makeDirectory, writeAtomic } from "../../pipeline/files/write.ts";
import type { Progress } from "../../pipeline/progress.ts";
import { encodeOnnx } from "../onnx/encode.ts";
import { learnedOf } from "../run/calibration_file.ts";
import { KEPT_FILES } from "../run/record.ts";
import { readBestWeights, type TrainedWeights } from "../run/restore.ts";
import { readKept, type Run } from "../run/run.ts";
import { isOptimizerState } from "../train/optimizer.ts";
import { describeExport, type ExportDescription } from "./description.ts";
import { describeTokenizer } from "./tokenizer.ts";

/** What weights can be written for. */
export const EXPORT_FORMATS = ["hf", "onnx"] as const;

/** `hf`: safetensors, as PyTorch's users know them; `onnx`: a graph, which onnxruntime computes. */
export type ExportFormat = typeof EXPORT_FORMATS[number];

/** What a run is exported as, where, and with which words. */
export interface ExportRequest {
  readonly format: ExportFormat;
  /** The folder that is made. */
  readonly directory: string;
  /** Whether an earlier export in its place may be replaced. */
  readonly replace: boolean;
  /** The text of its `README.md`. */
  readonly readme: (description: ExportDescription) => string;
  /** Is warned of what could not be removed. */
  readonly progress: Pick<Progress, "warn">;
}

const README = "README.md";
const CONFIG = "config.json";
const TOKENIZER = "tokenizer.json";

/** The files that hold the weights. */
const WEIGHTS = { hf: "model.safetensors", onnx: "model.onnx" } as const;

/**
 * Writes the folder, whole or not at all, and returns what its `config.json` says.
 *
 * @throws {UsageError} where the system cannot be exported so, or the folder may not be replaced.
 * @throws {IntegrityError} where something of the run is not as it was written.
 * @throws {ResourceError} where the folder cannot be written.
 */
export async function exportRun(run: Run, request: ExportRequest): Promise<ExportDescription> {
  const { format, directory, replace, readme, progress } = request;
  const trained = await readBestWeights(run);
  const { tasks: calibration } = await learnedOf(run.directory, trained.sha256);
  const description = describeExport(run, trained, calibration);
  const content: [file: string, content: string | Uint8Array][] = [
    [WEIGHTS[format], encodeWeights(run, trained, format)],
    [CONFIG, `${JSON.stringify(description, null, 2)}\n`],
    [TOKENIZER, `${JSON.stringify(describeTokenizer(run.vocabulary))}\n`],
    [README, readme(description)],
  ];
  if (run.dataset.restricted) content.push([RESTRICTED_FILE, RESTRICTED_TEXT]);
  for (const file of Object.keys(run.files)) content.push([file, await readKept(run, file)]);
  using _modes = privateModes(run.dataset.restricted);
  await using staging = await Staging.open(directory, {
    replace,
    findForeign: findForeignToExport,
    progress,
  });
  for (const [file, bytes] of content) {
    const path = join(staging.directory, file);
    await makeDirectory(dirname(path));
    await writeAtomic(path, bytes);
  }
  await staging.commit();
  return description;
}

function encodeWeights(
  { config, labels }: Run,
  { tensors, sha256 }: TrainedWeights,
  format: ExportFormat,
): Uint8Array {
  const weights = new Map([...tensors].filter(([name]) => !isOptimizerState(name)));
  // Hugging Face's loaders ask for the format.
  if (format === "hf") return encodeSafetensors(weights, { format: "pt", weights: sha256 });
  return encodeOnnx({ ...config, labels }, weights, { weights: sha256 });
}

/** All that an export writes, by name; `labels` is the folder of the label lists. */
const OWN = new Set([
  README,
  CONFIG,
  TOKENIZER,
  RESTRICTED_FILE,
  ...Object.values(WEIGHTS),
  "labels",
  ...KEPT_FILES,
]);

/** Path of something in a folder that no export wrote; undefined where there is nothing. */
async function findForeignToExport(directory: string): Promise<string | undefined> {
  const weights = Object.values(WEIGHTS).map((file) => exists(join(directory, file)));
  const isExport = (await Promise.all(weights)).includes(true);
  return await findForeign(directory, {
    isOurs: (path) => isExport && OWN.has(path),
    refuse: refuseToReplace(directory),
  });
}
