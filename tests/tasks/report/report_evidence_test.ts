import assert from "node:assert/strict";
import { join } from "node:path";
import { EVIDENCE_SCRATCH, findForeignToRun } from "../../../model/run/contents.ts";
import { openRun } from "../../../model/run/run.ts";
import { openDataset } from "../../../pipeline/dataset/open.ts";
import { readSplit } from "../../../pipeline/dataset/read_split.ts";
import { isSealed } from "../../../pipeline/files/sealed.ts";
import { silent } from "../../../pipeline/progress.ts";
import { type EvidenceFiles, reportEvidence } from "../../../tasks/report/report_evidence.ts";
import { TrainedRun } from "../../_support/trained_run.ts";

/** Notes of the dev split as a table; the files that `evaluate --evidence` is given. */
async function writeNotes(trained: TrainedRun): Promise<{ notes: string; evidence: string }> {
  const dataset = await openDataset(trained.data);
  using documents = await readSplit(dataset, "dev");
  const rows = dataset.splits.dev.map(({ id }, row) => {
    const words = Array.from(documents.tokens(row), (token) => dataset.vocabulary[token]!);
    return `${id},"${words.map((word) => word === "<unk>" ? "canary" : word).join(" ")}"`;
  });
  const notes = join(trained.directory, "notes.csv");
  // A note without a word is no note in a table: its document has no annotation here.
  await Deno.writeTextFile(notes, `id,text\n${rows.slice(1).join("\n")}\n`);
  return { notes, evidence: join(trained.directory, "X.tsv") };
}

const LINE = "01\tDIAGNOSTICO\t003.5\twords\t0 7\n02\tDIAGNOSTICO\t001.5\twords\t0 7;8 15\n";

Deno.test("words behind codes are held against annotations, and figures of them are kept", async () => {
  await using trained = await TrainedRun.create();
  const { notes, evidence } = await writeNotes(trained);
  await Deno.writeTextFile(evidence, `${LINE}09\tDIAGNOSTICO\t003.5\twords\t0 7\n`);
  const rests = [`${EVIDENCE_SCRATCH}/spilled`, ".evidence.md.999999999.tmp"];
  await Deno.mkdir(join(trained.run, EVIDENCE_SCRATCH));
  for (const rest of rests) await Deno.writeTextFile(join(trained.run, rest), "of a killed one");
  const args = ["--split", "dev", "--evidence", evidence, "--notes", notes];
  const { code, stdout, stderr } = await trained.command("evaluate", args);
  assert.equal(code, 0, stderr);
  assert.equal(await findForeignToRun(trained.run), undefined);
  for (const rest of rests) await assert.rejects(Deno.stat(join(trained.run, rest)));
  const choosers = ["attention", "gradient", "attention-gradient", "random words", "telling words"];
  for (const by of choosers) assert.match(stdout, new RegExp(`^\\| ${by} `, "m"));
  assert.match(stderr, /every figure: .*evidence\.md/);
  const page = await trained.read("evidence.md");
  assert.match(page, /2 labels of 2 documents, 3 spans of tokens\. Of 3 annotations 2 are/);
  assert.match(page, /^- 1 of a document that is not in these splits$/m);
  const json = await trained.read("evidence.json");
  assert.ok(isSealed(json));
  const printed = await trained.command("evaluate", [...args, "--json", "--quiet"]);
  assert.deepEqual(JSON.parse(printed.stdout), JSON.parse(await trained.read("evidence.json")));
  const { evaluation } = JSON.parse(json);
  assert.deepEqual(evaluation.choosers.map(({ by }: { by: string }) => by), choosers);
  assert.deepEqual(
    evaluation.choosers[0].agreement.byCode.map(({ code }: { code: string }) => code),
    ["001.5", "003.5"],
  );
  assert.doesNotMatch(stdout + stderr + page + json, /canary|word0/);
});

Deno.test("bad evidence is refused on one line, without a word of a note", async (t) => {
  await using trained = await TrainedRun.create();
  const { notes, evidence } = await writeNotes(trained);
  const other = join(trained.directory, "other.csv");
  await Deno.writeTextFile(other, "id,text\n01,canary canary\n02,canary\n");
  const common = {
    run: await openRun(trained.run),
    dataset: await openDataset(trained.data),
    engine: "any",
    splits: ["dev"],
    progress: silent,
    interrupt: new AbortController().signal,
  } as const;
  const given = { evidence: [evidence], notes: [notes] };
  const cases: [string, string, Partial<EvidenceFiles>, number, RegExp][] = [
    ["of another corpus", "S1\tD\tn44.8\tcanary\t0 5\n", given, 3, /none is of a label/],
    ["of unknown codes", "01\tD\tz99\tcanary\t0 5\n", given, 3, /1 of a code that is no/],
    ["beyond a note's end", "01\tD\t003.5\tcanary\t0 9999\n", given, 3, /a note of \d+;/],
    ["no annotations", "canary\n", given, 3, /line 1: it is no annotation; expected/],
    ["other notes", LINE, { ...given, notes: [other] }, 4, /have other words than the dataset/],
    ["no notes", LINE, { evidence: [evidence] }, 2, /expected --notes with those that/],
    ["no annotations' file", LINE, { notes: [notes] }, 2, /expected --evidence with it/],
  ];
  for (const [what, text, files, exitCode, found] of cases) {
    await t.step(what, async () => {
      await Deno.writeTextFile(evidence, text);
      const error = await reportEvidence({ ...common, ...files }).catch((error) => error);
      assert.equal(error.exitCode, exitCode, String(error));
      assert.match(error.message, found);
      assert.doesNotMatch(error.message, /canary|\n/);
      assert.ok(
        ![...Deno.readDirSync(trained.run)].some(({ name }) => /notes|making|tmp/.test(name)),
      );
    });
  }
});
