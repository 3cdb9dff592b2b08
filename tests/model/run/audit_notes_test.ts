import assert from "node:assert/strict";
import {
  type AuditOptions,
  createAuditor,
  type NoteToAudit,
} from "../../../model/run/audit_notes.ts";
import { createPredictor } from "../../../model/run/predict.ts";
import { restoreModel } from "../../../model/run/restore.ts";
import { openRun, type Run } from "../../../model/run/run.ts";
import { UsageError } from "../../../pipeline/errors.ts";
import { openProfiled } from "../../_support/profiled_run.ts";
import { TrainedRun } from "../../_support/trained_run.ts";

const TEXT = "word001 word005, word001; Word007 strange";

/** What a small run finds in notes. */
async function audit(
  trained: TrainedRun,
  notesOf: (codes: readonly string[]) => readonly NoteToAudit[],
  options: AuditOptions,
) {
  const { run, restored } = await openProfiled(trained.run);
  const auditor = await createAuditor(run, restored, options);
  return await auditor.audit(notesOf(codesOf(run)));
}

function codesOf(run: Run): string[] {
  return run.labels.icd.map(({ code }) => code);
}

Deno.test("a run that assigns all codes misses those that were not given, each with its words", async () => {
  await using trained = await TrainedRun.create();
  const given = (codes: readonly string[]) => [{ id: "1", text: TEXT, codes: codes.slice(0, 2) }];
  const [note] = await audit(trained, given, { threshold: 0, words: 2 });
  const { run } = await openProfiled(trained.run);
  assert.deepEqual(note!.findings.map(({ code }) => code).sort(), codesOf(run).slice(2).sort());
  for (const { kind, words } of note!.findings) {
    assert.equal(kind, "missing");
    assert.equal(words!.length, 2);
    for (const { word, start, end } of words!) assert.equal(TEXT.slice(start, end), word);
  }
});

Deno.test("a run that assigns no code doubts those that were given, the weightiest first", async () => {
  await using trained = await TrainedRun.create();
  const given = (codes: readonly string[]) => [{ id: "1", text: TEXT, codes }];
  const [note] = await audit(trained, given, { threshold: 1, words: 0 });
  const weights = note!.findings.map(({ weight }) => weight);
  assert.ok(note!.findings.every(({ kind }) => kind === "wrong"));
  assert.deepEqual(weights, weights.toSorted((a, b) => b - a));
});

Deno.test("a finding's probability is the prediction's", async () => {
  await using trained = await TrainedRun.create();
  const [note] = await audit(trained, () => [{ id: "1", text: TEXT, codes: [] }], { threshold: 0 });
  const { run, restored } = await openProfiled(trained.run);
  const predictor = createPredictor(run, restored, { top: 99 });
  const [prediction] = await predictor.predict([{ id: "1", text: TEXT }]);
  const expected = new Map(prediction!.codes.map(({ code, probability }) => [code, probability]));
  for (const { code, probability } of note!.findings) {
    assert.equal(probability, expected.get(code), code);
  }
});

Deno.test("given codes that are no labels are named, and say nothing else", async () => {
  await using trained = await TrainedRun.create();
  const note = { id: "1", text: TEXT, codes: ["none such"] };
  const [found] = await audit(trained, () => [note], { threshold: 1 });
  assert.deepEqual([found!.strange, found!.findings], [["none such"], []]);
  assert.ok(Number.isNaN(found!.suggestions));
});

Deno.test("a run that was not evaluated does not know how frequent codes are, and says so", async () => {
  await using trained = await TrainedRun.create();
  const run = await openRun(trained.run);
  const restored = await restoreModel(run, "best");
  await assert.rejects(
    createAuditor(run, restored),
    (error) => error instanceof UsageError && /evaluate the run/.test(error.message),
  );
});
