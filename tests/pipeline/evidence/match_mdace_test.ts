import assert from "node:assert/strict";
import { join } from "node:path";
import { chainDocuments } from "../../../pipeline/dataset/documents.ts";
import { openDataset } from "../../../pipeline/dataset/open.ts";
import { readSplit } from "../../../pipeline/dataset/read_split.ts";
import { matchAnnotations } from "../../../pipeline/evidence/match.ts";
import { readDocumentNotes } from "../../../pipeline/evidence/notes.ts";
import { readEvidence } from "../../../pipeline/evidence/read_evidence.ts";
import { prepareDataset } from "../../../pipeline/prepare/prepare.ts";
import { SPLITS } from "../../../pipeline/schema.ts";
import { inventTables, MDACE, unpackMdace } from "../../_support/mdace.ts";
import { tinyMimic } from "../../_support/prepare.ts";
import { needsShared } from "../../_support/shared_data.ts";
import { limits, temporary } from "../../_support/tiny.ts";

/** The numbers of a text's words that [start, end) touches. */
function touchedWords(text: string, start: number, end: number): number[] {
  return [...text.matchAll(/[a-z]+/g)].flatMap(({ 0: word, index }, at) =>
    index < end && index + word.length > start ? [at] : []
  );
}

/** Enough of the 302 to be sure, few enough to be quick. */
const ADMISSIONS = 60;

/** Annotations of some admissions: all, those in discharge summaries, and the diagnoses of ICD-9 in them. */
async function readDiagnoses(folder: string) {
  const files = [...Deno.readDirSync(folder)].map(({ name }) => join(folder, name)).sort()
    .slice(0, ADMISSIONS);
  const summaries = new Set<number>();
  for (const file of files) {
    const { notes } = JSON.parse(await Deno.readTextFile(file));
    for (const { note_id, category } of notes) {
      if (category === "Discharge summary") summaries.add(note_id);
    }
  }
  const all = await readEvidence(files);
  const isDiagnosis = (code: string) => /^(\d{3}|V\d\d|E\d{3})(\.\d{1,2})?$/.test(code);
  const read = all.filter(({ note }) => summaries.has(note!));
  return { all, read, kept: read.filter(({ code }) => isDiagnosis(code)) };
}

Deno.test(
  "MDACE's annotations are found in a NOTEEVENTS with the same ids",
  await needsShared(MDACE),
  async () => {
    await using release = await temporary();
    await unpackMdace(release.path);
    const { all, read, kept } = await readDiagnoses(join(release.path, "data/Inpatient/ICD-9/1.0"));
    const { tables, texts } = inventTables(read, kept);
    await using mimic = await tinyMimic(tables);
    await prepareDataset(mimic.options);
    const dataset = await openDataset(join(mimic.options.out, "full"));
    using open = new DisposableStack();
    const splits = [];
    for (const split of SPLITS) splits.push(open.use(await readSplit(dataset, split)));
    const ids = SPLITS.flatMap((split) => dataset.splits[split].map(({ id }) => id));
    const files = { source: "mimic3", paths: [join(mimic.path, "NOTEEVENTS.csv")] } as const;
    const notes = await readDocumentNotes(files, new Set(ids), limits(mimic.path));
    const codes = dataset.labels.icd.map(({ code }) => code);
    const { marked, stage } = matchAnnotations(all, {
      documents: chainDocuments(splits),
      ids,
      vocabulary: dataset.vocabulary,
      notes,
      labelOf: (code) => codes.indexOf(code) < 0 ? undefined : codes.indexOf(code),
    });
    assert.equal(stage.read, all.length);
    assert.equal(stage.kept + (stage.excluded["without a token"] ?? 0), kept.length);

    const expected = new Map<string, Set<number>>();
    for (const { document, note, code, stretches } of kept) {
      let offset = 0;
      for (const part of notes.get(document)!) {
        if (part.row === note) break;
        offset += part.text.match(/[a-z]+/g)!.length;
      }
      const key = `${document} ${code}`;
      const words = expected.get(key) ?? new Set();
      for (const { start, end } of stretches) {
        touchedWords(texts.get(note!)!, start, end).forEach((at) => words.add(at + offset));
      }
      if (words.size > 0) expected.set(key, words);
    }
    const found = new Map(marked.map(({ row, label, spans }) => {
      const words = spans.flatMap(({ first, end }) =>
        Array.from({ length: end - first }, (_, at) => first + at)
      );
      return [`${ids[row]} ${codes[label]}`, new Set(words)];
    }));
    assert.ok(found.size > 300, `${found.size}`);
    assert.deepEqual(found, expected);
  },
);
