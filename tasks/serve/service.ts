/**
 * What the page and the API do: notes are coded, and what a person decides is kept where it is asked
 * for. Nothing of a note stays here.
 *
 * @module
 */
import type { InferOutput } from "valibot";
import { conditionOptions, describeConditions } from "../../model/fhir/conditions.ts";
import { parseFhirNotes } from "../../model/fhir/documents.ts";
import { describeDecisionForAudit } from "../../model/run/audit_entry.ts";
import { checkpointPath, readCheckpointFacts } from "../../model/run/checkpoint.ts";
import type { Prediction } from "../../model/run/predict.ts";
import { stripControls } from "../../pipeline/errors.ts";
import type { AuditLog } from "../../pipeline/files/audit_log.ts";
import { sha256 } from "../../pipeline/files/checksum.ts";
import type { Label, Task } from "../../pipeline/schema.ts";
import { weightWarnings } from "../cli/stand_in.ts";
import { formatNoteSection } from "../report/note_page.ts";
import { predictionWarnings } from "../report/prediction.ts";
import { NoteCoder } from "./coding.ts";
import type { DecisionBook } from "./decisions.ts";
import type { TakeTurn } from "./queue.ts";
import type {
  auditReplySchema,
  auditRequestSchema,
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
import { CodeIndex } from "./search.ts";
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
type Reading = Omit<InferOutput<typeof predictionSchema>, "codes">;
/** Which run and label set answer a request. */
type Answering = Omit<InferOutput<typeof predictReplySchema>, "predictions">;

/** Codes that a search finds at most. */
const FOUND = 20;

/** Answers what is asked of the runs. Work with a model takes a turn; all else is answered at once. */
export class CodingService {
  readonly #parts: ServiceParts;
  readonly #coder: NoteCoder;
  /** Of the label sets that were searched, as long as their runs are opened. */
  readonly #indices = new WeakMap<readonly Label[], CodeIndex>();

  constructor(parts: ServiceParts) {
    this.#parts = parts;
    this.#coder = new NoteCoder(parts.log);
  }

  /** The runs that are there. */
  get shelf(): RunShelf {
    return this.#parts.shelf;
  }

  /** Codes notes, and lists the words behind each code. */
  async predict(
    { run, notes, by: method, ...options }: InferOutput<typeof predictRequestSchema>,
    turn: TakeTurn,
  ): Promise<InferOutput<typeof predictReplySchema>> {
    return await turn(async (gone) => {
      const loaded = await this.shelf.load(run);
      const predictions = await this.#coder.code(loaded, notes, { ...options, method }, gone);
      return {
        ...answering(loaded, options.task),
        predictions: predictions.map((prediction, at) => ({
          ...reading(loaded, notes[at]!, prediction),
          codes: prediction.codes,
        })),
      };
    });
  }

  /** Holds notes against the codes that a person gave them. */
  async audit(
    { run, notes, by: method, ...options }: InferOutput<typeof auditRequestSchema>,
    turn: TakeTurn,
  ): Promise<InferOutput<typeof auditReplySchema>> {
    return await turn(async (gone) => {
      const loaded = await this.shelf.load(run);
      const audited = await this.#coder.audit(loaded, notes, { ...options, method }, gone);
      const audits = audited.map((one, at) => ({
        ...reading(loaded, notes[at]!, one),
        findings: one.findings,
        given: one.given,
        strange: one.strange,
      }));
      return { ...answering(loaded, options.task), audits };
    });
  }

  /** Codes a note, or audits its codes, and marks the words behind the codes in its text. */
  async show(
    { run, task, note, audit }: InferOutput<typeof evidenceRequestSchema>,
    turn: TakeTurn,
  ): Promise<InferOutput<typeof evidenceReplySchema>> {
    return await turn(async (gone) => {
      const loaded = await this.shelf.load(run);
      const options = { task, words: Infinity };
      const { prediction, ...rest } = audit
        ? await this.#coder.doubts(loaded, note, options, gone)
        : { prediction: (await this.#coder.code(loaded, [note], options, gone))[0]! };
      const codes = prediction.codes.map((code) => ({ ...code, words: undefined }));
      return {
        ...answering(loaded, task),
        html: await formatNoteSection({ note, prediction }),
        prediction: { ...reading(loaded, note, prediction), codes },
        ...rest,
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
    return await turn(async (gone) => {
      const loaded = await this.shelf.load(run);
      const predictions = await this.#coder.code(loaded, notes, {}, gone);
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
    const found = this.#indexOf(labels[task ?? config.target]).find(q, FOUND);
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
    const run = await this.shelf.open(name);
    const { sha256: weights } = await readCheckpointFacts(checkpointPath(run.directory, "best"));
    const task = asked ?? run.config.target;
    const time = new Date();
    this.#parts.book?.append({
      time: time.toISOString(),
      ...decision,
      task,
      run: run.directory,
      weights,
    });
    await this.#coder.append(describeDecisionForAudit(decision, { run, weights, task }, time));
    return { kept: this.#keeps };
  }

  /** What was decided of a note before. */
  decisionsOf(note: string): InferOutput<typeof decisionsReplySchema> {
    return { kept: this.#keeps, decisions: this.#parts.book?.of(note) ?? [] };
  }

  #indexOf(labels: readonly Label[]): CodeIndex {
    const index = this.#indices.get(labels) ?? new CodeIndex(labels);
    this.#indices.set(labels, index);
    return index;
  }

  /** Whether decisions are kept anywhere. */
  get #keeps(): boolean {
    const { book, log } = this.#parts;
    return book !== undefined || log !== undefined;
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

/** How a note was read, with its digest and what to know before trusting its codes. */
function reading(
  { run, restored, learned: { isOutdated } }: LoadedRun,
  { text }: Note,
  { id, tokens, read, known, threshold, method }: Omit<Prediction, "codes">,
): Reading {
  return {
    id,
    note: sha256(text),
    tokens,
    read,
    known,
    threshold,
    method,
    warnings: [
      ...weightWarnings(run, restored, isOutdated),
      ...predictionWarnings({ id, tokens, read, known }),
    ],
  };
}
