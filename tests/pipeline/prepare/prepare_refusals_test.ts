import assert from "node:assert/strict";
import { join } from "node:path";
import { DataError, UsageError } from "../../../pipeline/errors.ts";
import { prepareDataset } from "../../../pipeline/prepare/prepare.ts";
import { openDataset } from "../../../pipeline/dataset/open.ts";
import type { PrepareOptions } from "../../../pipeline/prepare/options.ts";
import type { Progress } from "../../../pipeline/progress.ts";
import { RARE_WORDS_FILE } from "../../../pipeline/schema.ts";
import { digests, tinyMimic } from "../../_support/prepare.ts";
import { csv, NOTE_COLUMNS, noteRow, TINY, writeTables } from "../../_support/tiny.ts";

Deno.test("fault 21: too many codes without a category are refused", async () => {
  await using fixture = await tinyMimic();
  await assert.rejects(prepareDataset({ ...fixture.options, maxUncovered: 0.1 }), {
    name: DataError.name,
    message: /1 codes, 16\.7% .* at most 10%/,
  });
});

Deno.test("a prefix of no character is refused before anything is read", async () => {
  for (const groupPrefix of [0, -1, 1.5]) {
    const input = { kind: "corpus", notes: [], labels: [], groupPrefix } as const;
    await assert.rejects(prepareDataset({ input, out: "/nonexistent/data" }), {
      name: UsageError.name,
      message: `reading options: groupPrefix ${groupPrefix}: out of range; ` +
        "expected a whole number above 0; see --help",
    });
  }
});

/** Collects what a preparation says on the way. */
function listener(): Progress & { readonly warnings: string[]; readonly notes: string[] } {
  const warnings: string[] = [];
  const notes: string[] = [];
  return {
    warnings,
    notes,
    stage: (name) => ({ reach: () => {}, end: (note) => void notes.push(`${name} ${note}`) }),
    warn: (message) => void warnings.push(message),
  };
}

/** Prepares the tiny MIMIC-III with a list of codes. */
async function prepareWithCodes(text: string, changes: Partial<PrepareOptions> = {}) {
  await using fixture = await tinyMimic();
  const topCodes = join(fixture.path, "TOP.csv");
  await Deno.writeTextFile(topCodes, text);
  const progress = listener();
  const prepared = await prepareDataset({ ...fixture.options, ...changes, topCodes }, progress);
  const { labels } = await openDataset(
    join(fixture.options.out, Object.keys(prepared.datasets)[1]!),
  );
  return { ...prepared, ...progress, labels: labels.icd.map(({ code }) => code) };
}

Deno.test("listed codes are the labels, and how they differ from the most frequent is told", async () => {
  const { datasets, labels, warnings } = await prepareWithCodes("428.0\n96.04\n");
  assert.deepEqual(labels, ["428.0", "96.04"]);
  const { top2 } = datasets;
  assert.deepEqual(top2!.topCodes, { onlyHere: ["00.66"], onlyGiven: ["96.04"] });
  assert.deepEqual([top2!.options.top, top2!.options.topBy], [2, "list"]);
  assert.ok(top2!.sources.some(({ name }) => name === "TOP.csv"));
  assert.ok(warnings.some((line) => /would have 00\.66 in place of 96\.04$/.test(line)));
});

Deno.test("listed codes that are in no document are refused, none but codes shown", async () => {
  await assert.rejects(prepareWithCodes("428.0\n93.90\n4280\nsecret\n"), (error: Error) => {
    assert.equal(error.name, DataError.name);
    assert.match(
      error.message,
      /^choosing the codes of .*TOP\.csv: 3 of 4 codes are in no document/,
    );
    assert.match(
      error.message,
      /such as 93\.90, 4280; expected [^\n]*leave --top-codes out to count$/,
    );
    assert.doesNotMatch(error.message, /secret/);
    return true;
  });
});

Deno.test("listed codes that no table has are refused before a note is read", async () => {
  const progress = listener();
  await using fixture = await tinyMimic();
  const topCodes = join(fixture.path, "TOP.csv");
  await Deno.writeTextFile(topCodes, "93.90\n");
  await assert.rejects(prepareDataset({ ...fixture.options, topCodes }, progress), DataError);
  assert.ok(!progress.notes.some((note) => note.startsWith("notes ")), progress.notes.join());
});

Deno.test("listed codes of admissions without a note are refused", async () => {
  await assert.rejects(prepareWithCodes("428.0\n250.00\n"), { // 250.00 is admission 400's alone
    name: DataError.name,
    message: /1 of 2 codes are in no document, such as 250\.00; /,
  });
});

Deno.test("a list of another length than --top is refused", async () => {
  await assert.rejects(prepareWithCodes("428.0\n96.04\n", { top: 3 }), {
    name: UsageError.name,
    message:
      /^reading options: --top 3: .*TOP\.csv has 2 codes; expected as many; leave --top out$/,
  });
});

Deno.test("files that nothing vouches for are told", async () => {
  await using fixture = await tinyMimic();
  const progress = listener();
  await prepareDataset(fixture.options, progress);
  assert.ok(progress.warnings.some((line) => /unverified.*NOTEEVENTS\.csv 9 rows/.test(line)));
});

Deno.test("an earlier dataset stands unless it is to be replaced", async () => {
  await using fixture = await tinyMimic();
  const { options } = fixture;
  await prepareDataset(options);
  const before = await digests(options.out);
  await assert.rejects(prepareDataset(options), UsageError);
  assert.deepEqual(await digests(options.out), before);
  await prepareDataset({ ...options, replace: true, seed: 9 });
  assert.notDeepEqual(await digests(options.out), before);
});

Deno.test("an earlier dataset stands where its replacement fails, and no rest is left", async () => {
  await using fixture = await tinyMimic();
  const { options, path } = fixture;
  await prepareDataset(options);
  const before = await digests(options.out);
  await writeTables(path, { notes: csv(NOTE_COLUMNS, []) });
  await assert.rejects(prepareDataset({ ...options, replace: true }), DataError);
  assert.deepEqual(await digests(options.out), before);
  const hidden = [...Deno.readDirSync(path)].filter(({ name }) => name.startsWith("."));
  assert.deepEqual(hidden, []);
});

Deno.test("a phrase of the notes is in no file and in no word to the user, a rare word in its list alone", async () => {
  const rows = [1, 2].map((row) => {
    const text = `fever zyxcanary${row} secret phrase`;
    return noteRow({ row, patient: row, admission: 100 * row, text });
  });
  await using fixture = await tinyMimic({ ...TINY, notes: csv(NOTE_COLUMNS, rows) });
  const { options } = fixture;
  const progress = listener();
  await prepareDataset({ ...options, minDocuments: 2 }, progress);
  const files = Object.keys(await digests(options.out))
    .filter((file) => !file.endsWith(RARE_WORDS_FILE));
  const texts = await Promise.all(files.map((file) => Deno.readTextFile(join(options.out, file))));
  assert.ok(texts.some((text) => text.includes("fever")), "words in two documents are in there");
  for (const text of [...texts, ...progress.warnings, ...progress.notes]) {
    assert.doesNotMatch(text, /canary|secret phrase/);
  }
  const rare = await Deno.readTextFile(join(options.out, "full", RARE_WORDS_FILE));
  assert.equal(rare, "zyxcanary1\nzyxcanary2\n");
});
