import assert from "node:assert/strict";
import { auditRuleOf, createAuditor } from "../../../model/run/audit_notes.ts";
import { auditCases, scoreCases } from "../../../model/run/audit_split.ts";
import { UsageError } from "../../../pipeline/errors.ts";
import { openDataset } from "../../../pipeline/dataset/open.ts";
import { readSplit } from "../../../pipeline/dataset/read_split.ts";
import { openProfiled } from "../../_support/profiled_run.ts";
import { TrainedRun } from "../../_support/trained_run.ts";

Deno.test("a split's cases are audited as the same notes with the same codes are", async () => {
  await using trained = await TrainedRun.create({ documents: { train: 9, dev: 6, test: 0 } });
  const { run, restored } = await openProfiled(trained.run);
  const dataset = await openDataset(trained.data);
  const request = { dataset, split: "dev", task: "icd" } as const;
  const rule = await auditRuleOf(run, restored);
  const cases = auditCases(run, await scoreCases(run, restored, request), { task: "icd", rule });
  using documents = await readSplit(dataset, "dev");
  const notes = dataset.splits.dev.map(({ id }, row) => ({
    id,
    text: Array.from(documents.tokens(row), (token) => run.vocabulary[token]).join(", "),
    codes: Array.from(documents.labels("icd", row), (label) => run.labels.icd[label]!.code),
  }));
  const auditor = await createAuditor(run, restored, { words: 0 });
  const audited = await auditor.audit(notes);
  assert.ok(cases.some(({ findings }) => findings.length > 0));
  for (const [at, { id, given, suggestions, findings }] of cases.entries()) {
    const note = audited[at]!;
    assert.deepEqual([id, given, suggestions], [note.id, note.given, note.suggestions]);
    const named = (all: typeof findings) => all.map(({ kind, code, title }) => [kind, code, title]);
    assert.deepEqual(named(findings), named(note.findings));
  }
});

Deno.test("a split without documents is refused", async () => {
  await using trained = await TrainedRun.create({ documents: { train: 9, dev: 3, test: 0 } });
  const { run, restored } = await openProfiled(trained.run);
  const dataset = await openDataset(trained.data);
  const scored = scoreCases(run, restored, { dataset, split: "test", task: "icd" });
  await assert.rejects(scored, UsageError);
});

Deno.test("a label set that the model does not predict is refused", async () => {
  await using trained = await TrainedRun.create({}, { model: "cnn", set: ["model.filters=4"] });
  const { run, restored } = await openProfiled(trained.run);
  const dataset = await openDataset(trained.data);
  const scored = scoreCases(run, restored, { dataset, split: "test", task: "ccs" });
  await assert.rejects(scored, /its model predicts icd alone/);
});
