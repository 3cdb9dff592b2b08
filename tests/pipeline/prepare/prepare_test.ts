import assert from "node:assert/strict";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { writeFixture } from "../../../fixtures/mimic3/fixture.ts";
import { readSplit } from "../../../pipeline/dataset/read_split.ts";
import { sha256 } from "../../../pipeline/files/checksum.ts";
import { openDataset, readEmbeddings } from "../../../pipeline/dataset/open.ts";
import { DataError, IntegrityError, UsageError } from "../../../pipeline/errors.ts";
import { prepareDataset } from "../../../pipeline/prepare/prepare.ts";
import type { PrepareOptions } from "../../../pipeline/prepare/options.ts";
import type { Progress } from "../../../pipeline/progress.ts";
import { SPLITS } from "../../../pipeline/schema.ts";
import type { Manifest } from "../../../pipeline/manifest.ts";
import { csv, NOTE_COLUMNS, noteRow, temporary, TINY, writeTables } from "../../_support/tiny.ts";
import { needsShared, sharedPath } from "../../_support/shared_data.ts";

/** A folder with a small synthetic MIMIC-III in `mimic`. */
async function cohort(hadmIds?: readonly string[]) {
  const directory = await temporary();
  const mimic = join(directory.path, "mimic");
  const summary = await writeFixture({
    directory: mimic,
    codes: 300,
    seed: 5,
    length: 0.2,
    ...(hadmIds ? { hadmIds } : { admissions: 120, rows: 400 }),
  });
  const options: PrepareOptions = {
    input: { kind: "mimic3", directory: mimic, ccs: mimic },
    out: join(directory.path, "data"),
    shares: { train: 8, dev: 1, test: 1 },
    threads: 1,
    memory: 512e6,
  };
  return { ...directory, mimic, summary, options };
}

/** SHA-256 of every file below a folder. */
async function digests(directory: string): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  for await (const { name, isDirectory } of Deno.readDir(directory)) {
    const path = join(directory, name);
    if (isDirectory) {
      for (const [inner, digest] of Object.entries(await digests(path))) {
        found[`${name}/${inner}`] = digest;
      }
    } else found[name] = sha256(await Deno.readFile(path));
  }
  return found;
}

const stage = (manifest: Manifest, name: string) =>
  manifest.stages.find(({ stage }) => stage === name)!;
const ids = async (path: string) =>
  (await Deno.readTextFile(path)).trimEnd().split("\n").slice(1).map((line) => line.split(",")[0]!);

Deno.test("a synthetic MIMIC-III becomes two datasets, everything accounted for", async () => {
  await using fixture = await cohort();
  const { summary, options } = fixture;
  const { datasets } = await prepareDataset(options);
  assert.deepEqual(Object.keys(datasets), ["full", "top50"]);
  const full = await openDataset(join(options.out, "full"));
  const { manifest } = full;

  assert.equal(stage(manifest, "notes").read, summary.noteRows);
  assert.equal(
    stage(manifest, "notes").kept,
    summary.dischargeSummaries - summary.summariesWithoutHadmId,
  );
  assert.equal(stage(manifest, "notes").noted.addenda, summary.addenda);
  assert.equal(stage(manifest, "codes").read, summary.codeRows);
  const { excluded } = stage(manifest, "codes");
  assert.equal(excluded["duplicate of a code of the same admission"] ?? 0, summary.duplicatedCodes);
  assert.equal(excluded["without a code"] ?? 0, summary.emptyCodes);
  const documents = summary.admissions - summary.admissionsWithoutCodes;
  assert.equal(
    manifest.documents.train + manifest.documents.dev + manifest.documents.test,
    documents,
  );
  assert.equal(full.labels.icd.length, summary.codesInUse);
  assert.ok(!manifest.restricted && manifest.synthetic);
  const uncovered = full.labels.icd.filter(({ group }) => group === "").map(({ code }) => code);
  assert.equal(uncovered.length, summary.codesWithoutCcs);
  assert.deepEqual(await ids(join(options.out, "full/labels/coverage.csv")), uncovered);

  const splitOf = new Map<string, string>();
  for (const split of SPLITS) {
    assert.ok(full.splits[split].length > 0);
    for (const { patient } of full.splits[split]) {
      assert.equal(splitOf.get(patient) ?? split, split, `patient ${patient} is in two splits`);
      splitOf.set(patient, split);
    }
  }
});

Deno.test("shards hold the joined notes in the shared vocabulary, and their labels", async () => {
  await using fixture = await cohort();
  const { options, mimic } = fixture;
  await prepareDataset(options);
  const dataset = await openDataset(join(options.out, "top50"));
  using split = await readSplit(dataset, "dev");
  const key = dataset.splits.dev[0]!;
  const codes = new Set<string>();
  for (const [table, point] of [["DIAGNOSES_ICD", 3], ["PROCEDURES_ICD", 2]] as const) {
    for (const line of (await Deno.readTextFile(join(mimic, `${table}.csv`))).split("\n")) {
      const [, , admission, , quoted] = line.split(",");
      const code = quoted?.replaceAll('"', "");
      if (admission !== key.id || !code) continue;
      const at = code.startsWith("E") ? 4 : point;
      codes.add(code.length > at ? `${code.slice(0, at)}.${code.slice(at)}` : code);
    }
  }
  const labels = [...split.labels("icd", 0)].map((index) => dataset.labels.icd[index]!.code);
  assert.deepEqual(
    labels,
    dataset.labels.icd.map(({ code }) => code).filter((code) => codes.has(code)),
  );
  const groups = new Set(
    [...split.labels("icd", 0)].map((index) => dataset.labels.icd[index]!.group),
  );
  assert.deepEqual(
    [...split.labels("ccs", 0)].map((index) => dataset.labels.ccs[index]!.code).sort(),
    [...groups].filter((group) => group !== "").sort(),
  );
  assert.ok(split.tokens(0).length > 20);
  assert.ok(split.tokens(0).every((token) => token > 0 && token < dataset.vocabulary.length));
  const vectors = await readEmbeddings(dataset);
  assert.ok(vectors.subarray(0, 100).every((value) => value === 0), "padding");
  assert.ok(vectors.every(Number.isFinite));
  assert.deepEqual(dataset.vocabulary.slice(0, 2), ["<pad>", "<unk>"]);
  const sorted = dataset.vocabulary.slice(2);
  assert.deepEqual(sorted, sorted.toSorted());
});

Deno.test("the same input gives the same bytes, whatever the threads, storage and row order", async () => {
  await using fixture = await cohort();
  const { options, mimic, path } = fixture;
  await prepareDataset(options);
  const first = await digests(options.out);
  await prepareDataset({ ...options, out: join(path, "again") });
  assert.deepEqual(await digests(join(path, "again")), first);

  const notes = join(mimic, "NOTEEVENTS.csv");
  await Deno.writeFile(`${notes}.gz`, gzipSync(await Deno.readFile(notes)));
  await Deno.remove(notes);
  const diagnoses = join(mimic, "DIAGNOSES_ICD.csv");
  const [header, ...rows] = (await Deno.readTextFile(diagnoses)).trimEnd().split("\n");
  await Deno.writeTextFile(diagnoses, [header, ...rows.reverse()].join("\r\n"));
  await prepareDataset({ ...options, out: join(path, "other"), threads: 3 });
  const other = await digests(join(path, "other"));
  const compared = Object.keys(first).filter((file) => !/embeddings|manifest/.test(file));
  assert.ok(compared.length > 20);
  for (const file of compared) assert.equal(other[file], first[file], file);
});

Deno.test(
  "published lists: exactly the listed admissions that are there, in each split",
  await needsShared("mimic3-splits"),
  async () => {
    await using lists = await temporary();
    const splits = sharedPath("mimic3-splits");
    const published = async (set: string, split: string) =>
      (await Deno.readTextFile(join(splits, `${split}_${set}_hadm_ids.csv`))).trim().split("\n");
    const present = new Set<string>();
    for (const split of SPLITS) {
      const full = (await published("full", split)).slice(0, 40);
      const common = new Set(await published("50", split)).intersection(new Set(full));
      const write = (set: string, ids: Iterable<string>) =>
        Deno.writeTextFile(
          join(lists.path, `${split}_${set}_hadm_ids.csv`),
          [...ids].join("\n") + "\n",
        );
      await write("full", full);
      await write("50", common);
      for (const id of full) present.add(id);
    }
    await using fixture = await cohort([lists.path]);
    const { shares: _, ...options } = fixture.options;
    const { datasets } = await prepareDataset({ ...options, split: "published", splits });
    for (const [set, name] of [["full", "full"], ["50", "top50"]] as const) {
      let absent = 0;
      for (const split of SPLITS) {
        const list = await published(set, split);
        const expected = list.filter((id) => present.has(id));
        const found = new Set(await ids(join(options.out, name, `splits/${split}.csv`)));
        assert.ok(found.size > 0 && found.isSubsetOf(new Set(expected)), `${name} ${split}`);
        absent += expected.length - found.size;
        const { noted } = stage(datasets[name]!, `documents of ${name}`);
        const missing = noted[`listed for ${split}, but not among the documents`];
        assert.equal(missing, list.length - found.size);
      }
      assert.ok(absent <= fixture.summary.admissionsWithoutCodes, "only uncoded ones are missing");
      if (set === "full") assert.equal(absent, fixture.summary.admissionsWithoutCodes);
    }
  },
);

Deno.test("a patient in two published splits is refused, and nothing is written", async () => {
  await using fixture = await cohort();
  const { shares: _, ...options } = fixture.options;
  const rows = (await Deno.readTextFile(join(fixture.mimic, "DIAGNOSES_ICD.csv"))).split("\n");
  const admissions = new Map<string, Set<string>>();
  for (const row of rows.slice(1, -1)) {
    const [, patient, admission] = row.split(",");
    admissions.set(patient!, (admissions.get(patient!) ?? new Set()).add(admission!));
  }
  const [one, other] = [...admissions.values()].find((ids) => ids.size > 1)!;
  const splits = join(fixture.path, "lists");
  await Deno.mkdir(splits);
  for (const set of ["full", "50"]) {
    for (const [split, id] of [["train", one], ["dev", other], ["test", ""]]) {
      await Deno.writeTextFile(join(splits, `${split}_${set}_hadm_ids.csv`), `${id}\n`);
    }
  }
  await assert.rejects(
    prepareDataset({ ...options, split: "published", splits }),
    (error: Error) => {
      assert.ok(error instanceof IntegrityError);
      assert.match(error.message, /patient \d+ is in both (train and dev|dev and train)/);
      return true;
    },
  );
  await assert.rejects(Deno.stat(options.out));
});

/** A minimal MIMIC-III with HCUP's tables for its codes, and options for it. */
async function tiny(tables: Record<string, string | Uint8Array> = TINY) {
  const directory = await temporary();
  await writeTables(directory.path, {
    ...tables,
    "$dxref 2015.csv": [
      "note",
      "header",
      ...["4280 ", "0389 ", "E8798", "25000"].map((code) =>
        `'${code}','7    ','Category',"WORDS",' ',' '`
      ),
    ].join("\n"),
    "$prref 2015.csv": `note\nheader\n'0066 ','7  ','Category',"WORDS"\n`,
  });
  const options: PrepareOptions = {
    input: { kind: "mimic3", directory: directory.path, ccs: directory.path },
    out: join(directory.path, "data"),
    minDocuments: 1,
    maxUncovered: 1,
    threads: 1,
    memory: 512e6,
  };
  return { ...directory, options };
}

Deno.test("a document is its reports by date, then its addenda", async () => {
  await using fixture = await tiny();
  await prepareDataset(fixture.options);
  const dataset = await openDataset(join(fixture.options.out, "full"));
  using split = await readSplit(dataset, "train");
  const row = dataset.splits.train.findIndex(({ id }) => id === "100");
  assert.equal(
    Array.from(split.tokens(row), (token) => dataset.vocabulary[token]).join(" "),
    "first day second day quoted addendum of the first day",
  );
});

Deno.test("category labels: kinds apart, or equal numbers merged as in the paper", async () => {
  await using fixture = await tiny();
  const { options, path } = fixture;
  const keys = async (ccsLabels: "separate" | "paper", name: string) => {
    await prepareDataset({ ...options, ccsLabels, out: join(path, name) });
    return (await openDataset(join(path, name, "full"))).labels.ccs.map((
      { code, kind },
    ) => [code, kind]);
  };
  assert.deepEqual(await keys("separate", "a"), [["dx:7", "diagnosis"], ["pr:7", "procedure"]]);
  assert.deepEqual(await keys("paper", "b"), [["7", "code"]]);
});

Deno.test("too many codes without a category are refused", async () => {
  await using fixture = await tiny();
  await assert.rejects(
    prepareDataset({ ...fixture.options, maxUncovered: 0.1 }),
    (error: Error) => {
      assert.ok(error instanceof DataError);
      assert.match(error.message, /1 codes, 16\.7% .* at most 10%/);
      return true;
    },
  );
});

Deno.test("warnings: most frequent codes that differ from a list, files that nothing vouches for", async () => {
  await using fixture = await tiny();
  const topCodes = join(fixture.path, "TOP.csv");
  await Deno.writeTextFile(topCodes, "428.0\n93.90\n");
  const warnings: string[] = [];
  const progress: Progress = {
    stage: () => ({ reach: () => {}, end: () => {} }),
    warn: (message) => void warnings.push(message),
  };
  const { datasets } = await prepareDataset({ ...fixture.options, top: 2, topCodes }, progress);
  assert.deepEqual(datasets.top2!.topCodes, { onlyHere: ["00.66"], onlyGiven: ["93.90"] });
  assert.ok(warnings.some((line) => /00\.66 instead of 93\.90/.test(line)), warnings.join("; "));
  assert.ok(warnings.some((line) => /unverified.*NOTEEVENTS\.csv 9 rows/.test(line)));
});

Deno.test("an earlier dataset stands unless it is to be replaced, and stands when that fails", async () => {
  await using fixture = await tiny();
  const { options, path } = fixture;
  await prepareDataset(options);
  const before = await digests(options.out);
  await assert.rejects(prepareDataset(options), UsageError);
  await writeTables(path, { notes: csv(NOTE_COLUMNS, []) });
  await assert.rejects(prepareDataset({ ...options, replace: true }), DataError);
  assert.deepEqual(await digests(options.out), before);
  await writeTables(path, TINY);
  await prepareDataset({ ...options, replace: true, seed: 9 });
  assert.notDeepEqual(await digests(options.out), before);
  const left = (await Array.fromAsync(Deno.readDir(path))).filter(({ name }) => name[0] === ".");
  assert.deepEqual(left, []);
});

Deno.test("a phrase of the notes is in no manifest, statistics, list or error", async () => {
  const canary = "zyxcanary";
  const rows = [1, 2].map((row) => noteRow({ row, text: `fever ${canary}${row} secret phrase` }));
  await using fixture = await tiny({ ...TINY, notes: csv(NOTE_COLUMNS, rows) });
  const said: string[] = [];
  await prepareDataset({ ...fixture.options, minDocuments: 2 }, {
    stage: (name) => ({ reach: () => {}, end: (note) => void said.push(`${name} ${note}`) }),
    warn: (message) => void said.push(message),
  });
  const files = Object.keys(await digests(fixture.options.out));
  const texts = await Promise.all(
    files.map((file) => Deno.readTextFile(join(fixture.options.out, file))),
  );
  for (const text of [...said, ...texts]) assert.doesNotMatch(text, /canary|secret phrase/);
});

Deno.test("a corpus keeps the splits of its notes; a split that it lacks is empty", async () => {
  await using directory = await temporary();
  const path = (name: string) => join(directory.path, name);
  const notes = (from: number, to: number) =>
    "id,text\n" +
    Array.from({ length: to - from }, (_, i) => `n${from + i},"fever, cough and pain"\n`).join("");
  await Deno.writeTextFile(path("train.csv"), notes(0, 8));
  await Deno.writeTextFile(path("dev.csv"), notes(8, 10));
  await Deno.writeTextFile(path("more.csv"), notes(20, 22));
  const codes = Array.from({ length: 10 }, (_, i) => `n${i}\tr5${i % 3}.0\n`).join("");
  await Deno.writeTextFile(path("codes.tsv"), codes);
  const { datasets } = await prepareDataset({
    input: {
      kind: "corpus",
      notes: [{ path: path("train.csv"), split: "train" }, { path: path("dev.csv"), split: "dev" }],
      labels: [{ path: path("codes.tsv"), kind: "diagnosis" }],
      embedNotes: [path("more.csv")],
    },
    out: path("data"),
    threads: 1,
  });
  const { full } = datasets;
  assert.deepEqual(full!.documents, { train: 8, dev: 2, test: 0 });
  assert.equal(full!.options.split, "given");
  assert.equal(full!.restricted, false);
  const dataset = await openDataset(path("data/full"));
  assert.deepEqual(dataset.splits.test, []);
  assert.deepEqual(dataset.labels.ccs.map(({ code }) => code), ["dx:r50", "dx:r51", "dx:r52"]);
});

Deno.test(
  "CodiEsp: 500 train and 250 dev cases, ICD-10 codes as they are",
  await needsShared("codiesp"),
  async () => {
    await using directory = await temporary();
    const file = (name: string) => sharedPath(`codiesp/${name}`);
    const { datasets } = await prepareDataset({
      input: {
        kind: "corpus",
        notes: [
          { path: file("train_notes.csv"), split: "train" },
          { path: file("dev_notes.csv"), split: "dev" },
        ],
        labels: (["train", "dev"] as const).flatMap((split) => [
          { path: file(`${split}D.tsv`), kind: "diagnosis" as const },
          { path: file(`${split}P.tsv`), kind: "procedure" as const },
        ]),
        groupPrefix: 3,
      },
      out: join(directory.path, "data"),
    });
    assert.deepEqual(datasets.full!.documents, { train: 500, dev: 250, test: 0 });
    assert.equal(stage(datasets.full!, "codes").kept, 5639 + 2677 + 1550 + 817);
    assert.equal(datasets.full!.labels.icd, 2921);
  },
);

Deno.test(
  "the real CCS tables map the real codes of MIMIC-III's demo, unmapped ones listed",
  await needsShared("mimic3-demo", "ccs2015"),
  async () => {
    await using directory = await temporary();
    const read = (path: string) => Deno.readTextFile(sharedPath(path));
    const admissions = new Map<string, string>();
    const codes = new Set<string>();
    for (const [table, kind] of [["DIAGNOSES_ICD", "dx"], ["PROCEDURES_ICD", "pr"]]) {
      const text = await read(`mimic3-demo/${table}.csv`);
      const mapped = new Set(
        [...(await read(`ccs2015/$${kind}ref 2015.csv`)).matchAll(/^'([0-9VE]+) *'/gm)].map((m) =>
          m[1]
        ),
      );
      for (const line of text.trimEnd().split("\n").slice(1)) {
        const [, patient, admission, , code] = line.trim().split(",");
        admissions.set(admission!, patient!);
        if (!mapped.has(code)) codes.add(code!);
      }
      await Deno.writeTextFile(join(directory.path, `${table}.csv`), text);
    }
    const rows = [...admissions].map(([admission, patient], i) =>
      noteRow({ row: i, admission: Number(admission), patient: Number(patient), text: "made up" })
    );
    await writeTables(directory.path, { notes: csv(NOTE_COLUMNS, rows) });
    const out = join(directory.path, "data");
    const { datasets } = await prepareDataset({
      input: { kind: "mimic3", directory: directory.path, ccs: sharedPath("ccs2015") },
      out,
      minDocuments: 1,
    });
    assert.equal(admissions.size, 129);
    assert.equal(datasets.full!.labels.icd, 581 + 164);
    const listed = await ids(join(out, "full/labels/coverage.csv"));
    assert.deepEqual(listed.map((code) => code.replace(".", "")).sort(), [...codes].sort());
  },
);
