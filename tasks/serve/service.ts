/**
 * What the page and the API do: notes are coded, and what a person decides is kept where it is asked
 * for. Nothing of a note stays here.
 *
 * @module
 */
import type { InferOutput } from "valibot";
import { conditionOptions, describeConditions } from "../../model/fhir/conditions.ts";
import { parseFhirNotes } from "../../model/fhir/documents.ts";
import {
  describeDecisionForAudit,
  describePredictionForAudit,
} from "../../model/run/audit_entry.ts";
import { learnedOf } from "../../model/run/calibration_file.ts";
import { checkpointPath, readCheckpointFacts } from "../../model/run/checkpoint.ts";
import { createPredictor, type Prediction, type PredictOptions } from "../../model/run/predict.ts";
import { stripControls } from "../../pipeline/errors.ts";
import type { AuditLog } from "../../pipeline/files/audit_log.ts";
import { sha256 } from "../../pipeline/files/checksum.ts";
import type { Task } from "../../pipeline/schema.ts";
import { CHUNK_NOTES } from "../cli/read_notes.ts";
import { standInNote } from "../cli/stand_in.ts";
import { formatNoteSection } from "../report/note_page.ts";
import { predictionWarnings } from "../report/prediction.ts";
import type { DecisionBook } from "./decisions.ts";
import { createTurns, type TakeTurn } from "./queue.ts";
import type {
  decisionReplySchema,
  decisionRequestSchema,
  decisionsReplySchema,
  evidenceReplySchema,
  evidenceRequestSchema,
  fhirQuerySchema,
  noteSchema,
  predictionSchema,
  predictReplySchema,
  predictRequestSchema,
  searchQuerySchema,
  searchReplySchema,
} from "./schemas.ts";
import { searchCodes } from "./search.ts";
import type { LoadedRun, RunShelf } from "./shelf.ts";

/** What a service works with. */
export interface ServiceParts {
  readonly shelf: RunShelf;
  /** Where decisions are kept; nowhere by default. */
  readonly book?: DecisionBook | undefined;
  /** Where predictions and decisions leave a line; nowhere by default. */
  readonly log?: AuditLog | undefined;
}

type Note = InferOutput<typeof noteSchema>;
type Told = InferOutput<typeof predictionSchema>;
/** Which run and label set answer a request. */
type Answering = Omit<InferOutput<typeof predictReplySchema>, "predictions">;

/** Codes that a search finds at most. */
const FOUND = 20;

/** The service. Work with a model takes a turn; all else is answered at once. */
export class CodingService {
  readonly #parts: ServiceParts;
  /** Entries of the log come one after the other. */
  readonly #write = createTurns();

  constructor(parts: ServiceParts) {
    this.#parts = parts;
  }

  /** The runs that are there. */
  get shelf(): RunShelf {
    return this.#parts.shelf;
  }

  /** Codes some notes. */
  async predict(
    { run, notes, ...options }: InferOutput<typeof predictRequestSchema>,
    turn: TakeTurn,
  ): Promise<InferOutput<typeof predictReplySchema>> {
    const { by: method, ...rest } = options;
    return await turn(async () => {
      const loaded = await this.shelf.load(run);
      const predictions = await this.#code(loaded, notes, { ...rest, method });
      return {
        ...answering(loaded, options.task),
        predictions: predictions.map((prediction, at) => told(loaded, notes[at]!, prediction)),
      };
    });
  }

  /** Codes a note, and marks the words behind its codes in its text. */
  async show(
    { run, task, note }: InferOutput<typeof evidenceRequestSchema>,
    turn: TakeTurn,
  ): Promise<InferOutput<typeof evidenceReplySchema>> {
    return await turn(async () => {
      const loaded = await this.shelf.load(run);
      const [prediction] = await this.#code(loaded, [note], { task, words: Infinity });
      const html = await formatNoteSection({ note, prediction: prediction! });
      const codes = prediction!.codes.map((code) => ({ ...code, words: undefined }));
      return {
        ...answering(loaded, task),
        html,
        prediction: told(loaded, note, { ...prediction!, codes }),
      };
    });
  }

  /** Codes the documents of a FHIR resource: one Bundle of the Conditions of all of them. */
  async codeFhir(
    resource: string,
    { run, "code-system": codeSystem }: InferOutput<typeof fhirQuerySchema>,
    turn: TakeTurn,
  ): Promise<{ resourceType: string }> {
    const notes = parseFhirNotes(resource, "the resource");
    return await turn(async () => {
      const loaded = await this.shelf.load(run);
      const predictions = await this.#code(loaded, notes, {});
      const options = conditionOptions(loaded.run, loaded.run.config.target, codeSystem);
      const bundles = predictions.map((one, at) => describeConditions(one, notes[at]!, options));
      return { ...bundles[0]!, entry: bundles.flatMap(({ entry }) => entry) };
    });
  }

  /** Codes by how they begin or by words of their titles. */
  async search(
    { run, task, q }: InferOutput<typeof searchQuerySchema>,
  ): Promise<InferOutput<typeof searchReplySchema>> {
    const { labels, config } = await this.shelf.open(run);
    const found = searchCodes(labels[task ?? config.target], q, FOUND);
    const codes = found.map(({ code, title, kind }) => ({
      code,
      title: stripControls(title),
      kind,
    }));
    return { codes };
  }

  /** Keeps a decision where it is asked for. */
  async decide(
    { run: name, task: asked, ...decision }: InferOutput<typeof decisionRequestSchema>,
  ): Promise<InferOutput<typeof decisionReplySchema>> {
    const { book, log } = this.#parts;
    const run = await this.shelf.open(name);
    const { sha256: weights } = await readCheckpointFacts(checkpointPath(run.directory, "best"));
    const task = asked ?? run.config.target;
    const time = new Date();
    book?.append({ time: time.toISOString(), ...decision, task, run: run.directory, weights });
    if (log) {
      const entry = describeDecisionForAudit(decision, { run, weights, task }, time);
      await this.#write(() => log.append(entry));
    }
    return { kept: book !== undefined || log !== undefined };
  }

  /** What was decided of a note before. */
  decisionsOf(note: string): InferOutput<typeof decisionsReplySchema> {
    const { book, log } = this.#parts;
    const kept = book !== undefined || log !== undefined;
    return { kept, decisions: book?.of(note) ?? [] };
  }

  async #code(
    { run, restored }: LoadedRun,
    notes: readonly Note[],
    options: PredictOptions,
  ): Promise<Prediction[]> {
    const { log } = this.#parts;
    const { tasks: learned } = await learnedOf(run.directory, restored.sha256);
    const predictor = createPredictor(run, restored, { ...options, learned });
    const predictions: Prediction[] = [];
    for (let at = 0; at < notes.length; at += CHUNK_NOTES) {
      predictions.push(...await predictor.predict(notes.slice(at, at + CHUNK_NOTES)));
    }
    if (!log) return predictions;
    const model = { run, weights: restored.sha256, task: options.task ?? run.config.target };
    const time = new Date();
    for (const [at, prediction] of predictions.entries()) {
      const entry = describePredictionForAudit(notes[at]!, prediction, model, time);
      await this.#write(() => log.append(entry));
    }
    return predictions;
  }
}

function answering({ run, restored }: LoadedRun, task: Task | undefined): Answering {
  return {
    run: run.directory,
    weights: restored.sha256,
    task: task ?? run.config.target,
    restricted: run.dataset.restricted,
  };
}

/** A prediction as it is told, with the note's digest and what to know before trusting it. */
function told({ run, restored }: LoadedRun, { text }: Note, prediction: Prediction): Told {
  const standIn = restored.standIn ? [`warning: ${standInNote(run.config.monitor)}`] : [];
  const warnings = [...standIn, ...predictionWarnings(prediction)];
  const codes = prediction.codes.map(({ words, ...code }) => ({
    ...code,
    words: words && [...words],
  }));
  return { ...prediction, note: sha256(text), codes, warnings };
}
