import assert from "node:assert/strict";
import { join } from "node:path";
import { DataError, UsageError } from "../../../pipeline/errors.ts";
import { prepareDataset } from "../../../pipeline/prepare/prepare.ts";
import type { Progress } from "../../../pipeline/progress.ts";
import { digests, tinyMimic } from "../../_support/prepare.ts";
import { csv, NOTE_COLUMNS, noteRow, TINY, writeTables } from "../../_support/tiny.ts";

Deno.test("too many codes without a category are refused", async () => {
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

Deno.test("most frequent codes that differ from a list are told, and kept", async () => {
  await using fixture = await tinyMimic();
  const topCodes = join(fixture.path, "TOP.csv");
  await Deno.writeTextFile(topCodes, "428.0\n93.90\n");
  const progress = listener();
  const { datasets } = await prepareDataset({ ...fixture.options, top: 2, topCodes }, progress);
  assert.deepEqual(datasets.top2!.topCodes, { onlyHere: ["00.66"], onlyGiven: ["93.90"] });
  assert.ok(progress.warnings.some((line) => /00\.66 instead of 93\.90/.test(line)));
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

Deno.test("a phrase of the notes is in no file and in no word to the user", async () => {
  const rows = [1, 2].map((row) => {
    const text = `fever zyxcanary${row} secret phrase`;
    return noteRow({ row, patient: row, admission: 100 * row, text });
  });
  await using fixture = await tinyMimic({ ...TINY, notes: csv(NOTE_COLUMNS, rows) });
  const { options } = fixture;
  const progress = listener();
  await prepareDataset({ ...options, minDocuments: 2 }, progress);
  const files = Object.keys(await digests(options.out));
  const texts = await Promise.all(files.map((file) => Deno.readTextFile(join(options.out, file))));
  assert.ok(texts.some((text) => text.includes("fever")), "words in two documents are in there");
  for (const text of [...texts, ...progress.warnings, ...progress.notes]) {
    assert.doesNotMatch(text, /canary|secret phrase/);
  }
});
