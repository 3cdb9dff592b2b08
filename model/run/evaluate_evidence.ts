/**
 * A run's words behind codes, held against what people marked: by each of its methods, by chance, and by
 * the words that tell each code best in training.
 *
 * @module
 */
import type { Annotation } from "../../pipeline/evidence/annotation.ts";
import { type MarkedLabel, matchAnnotations } from "../../pipeline/evidence/match.ts";
import type { NotesByDocument } from "../../pipeline/evidence/notes.ts";
import { chainDocuments, type Documents } from "../../pipeline/dataset/documents.ts";
import type { Dataset } from "../../pipeline/dataset/open.ts";
import { readSplit } from "../../pipeline/dataset/read_split.ts";
import { DataError } from "../../pipeline/errors.ts";
import type { Stage } from "../../pipeline/manifest.ts";
import { type Progress, silent } from "../../pipeline/progress.ts";
import { createRandom, shuffle } from "../../pipeline/random.ts";
import type { Label, PerTask, Split, Task } from "../../pipeline/schema.ts";
import { attribute, sharesOf } from "../attribution/attribute.ts";
import {
  type Faithfulness,
  measureFaithfulness,
  randomStrengths,
} from "../attribution/faithfulness.ts";
import { type Method, methodsOf } from "../attribution/methods.ts";
import { countTellingWords } from "../baselines/telling_words.ts";
import { evaluateEvidence, type EvidenceMetrics } from "../metrics/evidence/evidence.ts";
import { readDocuments } from "./read_documents.ts";
import type { RestoredModel } from "./restore.ts";
import { requireDataset, type Run } from "./run.ts";

/** What chooses words: a method, chance, or training's most telling words of each code. */
export type Chooser = Method | "random words" | "telling words";

/** What to evaluate, and on what. */
export interface EvidenceRequest {
  readonly run: Run;
  readonly restored: RestoredModel;
  /** The dataset that the run was made on. */
  readonly dataset: Dataset;
  /** Documents of these splits that have annotations. */
  readonly splits: readonly Split[];
  readonly annotations: readonly Annotation[];
  /** The notes of all annotated documents. */
  readonly notes: NotesByDocument;
  readonly progress?: Progress | undefined;
  /** Ends the evaluation, which then rejects with the signal's reason. */
  readonly interrupt?: AbortSignal | undefined;
}

/** How far a chooser's words are those that people marked, and those that the model uses. */
export interface ChooserEvaluation {
  readonly by: Chooser;
  readonly agreement: EvidenceMetrics;
  readonly faithfulness: Faithfulness;
}

/** How all choosers do on the same codes of the same documents. */
export interface EvidenceEvaluation {
  readonly task: Task;
  /** Documents with a marked label. */
  readonly documents: number;
  /** Labels of documents that were marked. */
  readonly codes: number;
  /** Runs of tokens that were marked. */
  readonly spans: number;
  /** Annotations that were read and why some were left out. */
  readonly stage: Stage;
  readonly choosers: readonly ChooserEvaluation[];
}

/** Seed of the random words and of the sample: the same for all runs. */
const SEED = 1;

/**
 * Labels of documents that faithfulness is measured on, drawn where there are more: each takes some ten
 * passes over its document for every chooser.
 */
const MOST_MEASURED = 256;

/**
 * Evaluates the words behind the run's target labels that annotations are of.
 *
 * @throws {IntegrityError} where the dataset is not the run's, or the notes are not the dataset's.
 * @throws {DataError} where no annotation is of a document and a label that are evaluated.
 */
export async function evaluateRunEvidence(request: EvidenceRequest): Promise<EvidenceEvaluation> {
  const { run, dataset, splits, annotations, notes } = request;
  requireDataset(run, dataset);
  using open = new DisposableStack();
  const chain: Documents[] = [];
  for (const split of splits) {
    if (dataset.manifest.documents[split] === 0) continue;
    chain.push(open.use(await readDocuments(run.config, dataset, split)));
  }
  const documents = chainDocuments(chain);
  const { marked, stage } = matchAnnotations(annotations, {
    documents,
    ids: splits.flatMap((split) => dataset.splits[split].map(({ id }) => id)),
    vocabulary: dataset.vocabulary,
    notes,
    labelOf: findLabels(dataset.labels, run.config.target),
  });
  if (marked.length === 0) throw nothingToEvaluate(request, stage);
  return {
    task: run.config.target,
    documents: new Set(marked.map(({ row }) => row)).size,
    codes: marked.length,
    spans: marked.reduce((sum, { spans }) => sum + spans.length, 0),
    stage,
    choosers: await evaluateChoosers({ ...request, documents, marked }),
  };
}

/** Labels of the target by their codes in any case; a category's evidence is that of its codes. */
function findLabels(
  labels: PerTask<readonly Label[]>,
  target: Task,
): (code: string) => number | undefined {
  const places = new Map(labels[target].map(({ code }, index) => [code.toUpperCase(), index]));
  const groups = new Map(labels.icd.map(({ code, group }) => [code.toUpperCase(), group]));
  if (target === "icd") return (code) => places.get(code.toUpperCase());
  return (code) => places.get(groups.get(code.toUpperCase())?.toUpperCase() ?? "");
}

function nothingToEvaluate({ dataset, splits }: EvidenceRequest, { excluded }: Stage): DataError {
  const reasons = Object.entries(excluded).map(([reason, count]) => `${count} ${reason}`);
  return new DataError(
    `reading the annotations: none is of a label of a document in ${splits.join(" or ")} of ` +
      `${dataset.directory} (${
        reasons.join(", ") || "there are none"
      }); expected annotations of its ` +
      "documents; name those of this corpus, or another --split",
  );
}

/** What choosers are evaluated on. */
interface Work extends EvidenceRequest {
  /** The documents of all splits, one split after another. */
  readonly documents: Documents;
  readonly marked: readonly MarkedLabel[];
}

async function evaluateChoosers(work: Work): Promise<ChooserEvaluation[]> {
  const { documents, marked } = work;
  const codes = marked.map(({ row, label, spans }) => {
    return { document: row, label, tokens: documents.lengths[row]!, spans };
  });
  const chosen: readonly [by: Chooser, strengths: readonly Float32Array[]][] = [
    ...await attributedStrengths(work),
    ["random words", randomWords(work)],
    ["telling words", await tellingStrengths(work)],
  ];
  const results: ChooserEvaluation[] = [];
  for (const [by, strengths] of chosen) {
    const agreement = evaluateEvidence(codes, strengths);
    results.push({ by, agreement, faithfulness: await measure(work, by, strengths) });
  }
  return results;
}

/** The strengths of each marked label's tokens by each of the model's methods. */
async function attributedStrengths(
  { run: { config }, restored: { model }, documents, marked, progress = silent, interrupt }: Work,
): Promise<[Method, readonly Float32Array[]][]> {
  const methods = methodsOf(model);
  const stage = progress.stage(`words by ${methods.join(", ")}`, marked.length, "labels");
  const strengths = await attribute({
    model,
    documents,
    questions: marked,
    task: config.target,
    config,
    onAnswered: (done) => stage.reach(done),
    interrupt,
  }, methods);
  stage.end(`${marked.length} labels of documents`);
  return methods.map((method) => [method, strengths[method]]);
}

function randomWords({ run: { config }, documents, marked }: Work): Float32Array[] {
  const read = marked.map(({ row }) => Math.min(documents.lengths[row]!, config.maxTokens));
  return randomStrengths(read, SEED).map(sharesOf);
}

/** How much each token tells of the label in training: no shares, since it can be told across documents. */
async function tellingStrengths(
  { run: { config }, dataset, documents, marked }: Work,
): Promise<Float32Array[]> {
  using training = await readSplit(dataset, "train");
  const telling = countTellingWords(training, config.target, dataset.vocabulary.length);
  const strengths: Float32Array[] = [];
  for (const [label, places] of Map.groupBy(marked.keys(), (at) => marked[at]!.label)) {
    const weights = telling(label);
    for (const at of places) {
      const tokens = documents.tokens(marked[at]!.row).subarray(0, config.maxTokens);
      strengths[at] = Float32Array.from(tokens, (token) => weights[token] ?? 0);
    }
  }
  return strengths;
}

async function measure(
  { run: { config }, restored: { model }, documents, marked, progress = silent, interrupt }: Work,
  by: Chooser,
  strengths: readonly Float32Array[],
): Promise<Faithfulness> {
  const sample = drawSample(marked.length);
  const stage = progress.stage(`faithfulness of ${by}`, sample.length, "labels");
  const found = await measureFaithfulness({
    model,
    documents,
    questions: sample.map((at) => marked[at]!),
    task: config.target,
    config,
    onMeasured: (done) => stage.reach(done),
    interrupt,
  }, sample.map((at) => strengths[at]!));
  stage.end(`${sample.length} labels of documents`);
  return found;
}

/** Places of the labels of documents that are measured, rising. */
function drawSample(count: number): number[] {
  const places = Array.from({ length: count }, (_, at) => at);
  const random = createRandom(SEED, "faithfulness");
  return shuffle(places, random).slice(0, MOST_MEASURED).sort((a, b) => a - b);
}
