import assert from "node:assert/strict";
import { join } from "node:path";
import { readShippedLists } from "../../../../pipeline/lists/shipped.ts";
import type { CorpusInput, PrepareOptions } from "../../../../pipeline/prepare/options.ts";
import { mergeParts } from "../../../../pipeline/prepare/parts/merge_parts.ts";
import { preparePart } from "../../../../pipeline/prepare/parts/prepare_part.ts";
import { perSplit, SPLITS } from "../../../../pipeline/schema.ts";
import { digestsOfParts, digestsOfWhole, makeParts } from "../../../_support/parts.ts";
import { digests, syntheticMimic, tinyMimic } from "../../../_support/prepare.ts";
import { recordProgress } from "../../../_support/recorded_progress.ts";
import { csv, temporary } from "../../../_support/tiny.ts";

/** So few words that their vectors are quickly trained. */
const FEW_WORDS = 60;

Deno.test("parts of MIMIC-III are joined into the bytes of one machine", async (t) => {
  await using fixture = await syntheticMimic();
  const options = { ...fixture.options, minDocuments: FEW_WORDS };
  const whole = await digestsOfWhole(options);
  assert.ok(Object.keys(whole).length > 20);
  for (const count of [1, 4]) {
    await t.step(`${count} of them`, async () => {
      assert.deepEqual(await digestsOfParts(options, count), whole);
    });
  }
});

Deno.test("parts are joined into the bytes of one machine by every list of a split", async (t) => {
  await using lists = await temporary();
  const { full, top } = await readShippedLists("caml");
  const clean = (await readShippedLists("edin-clean")).full;
  const some = new Set(SPLITS.flatMap((split) => [...top![split]].slice(0, 40)));
  const sets = { full, 50: top!, clean };
  for (const [set, ids] of Object.entries(sets)) {
    const thin = perSplit((split) => ids[split].intersection(some));
    for (const split of SPLITS) {
      const path = join(lists.path, `${split}_${set}_hadm_ids.csv`);
      await Deno.writeTextFile(path, [...thin[split]].join("\n"));
    }
  }
  await using fixture = await syntheticMimic([lists.path]);
  const { shares: _, ...options } = { ...fixture.options, minDocuments: 20 };
  const rules: [count: number, Partial<PrepareOptions>][] = [
    [2, { split: "caml", ccsLabels: "paper" }],
    [3, { split: "edin-clean", minCodeDocuments: 2, embedOn: "train" }],
    [2, { split: "published", splits: lists.path, top: 20 }],
  ];
  for (const [count, rule] of rules) {
    await t.step(`--split ${rule.split}`, async () => {
      const listed = { ...options, ...rule };
      assert.deepEqual(await digestsOfParts(listed, count), await digestsOfWhole(listed));
    });
  }
});

/** A corpus of several tables, patients and spellings; some of its labels have no note. */
async function corpus(folder: string, withSplits: boolean): Promise<PrepareOptions> {
  const path = (name: string) => join(folder, name);
  const numbers = Array.from({ length: 40 }, (_, at) => at);
  const text = (at: number) => `fever and pain, word${at % 7}. No cough in case${at % 3}`;
  const patient = (at: number) => `${Math.floor(at / 2)}${at % 2 ? ".0" : ""}`;
  const split = (at: number) => SPLITS[Math.floor(at / 4) % 3]!;
  const columns = ["id", "text", "patient", "split"].slice(0, withSplits ? 4 : 3);
  const table = (rows: string[][]) => csv(columns, rows.map((row) => row.slice(0, columns.length)));
  const rows = numbers.map((at) => [`${100 + at}`, text(at), patient(at), split(at)]);
  const copy = rows[3]!; // the very same row once more
  await Deno.writeTextFile(path("a.csv"), table([...rows.slice(0, 20), copy]));
  await Deno.writeTextFile(path("b.csv"), table([...rows.slice(20), ["", "no id", "", "dev"]]));
  const more = numbers.map((at) => [`m${at % 9}`, `more ${text(at)}`]).slice(0, 9);
  await Deno.writeTextFile(path("more.csv"), csv(["id", "text"], more));
  const labels = numbers.slice(1).flatMap((at) => [
    [`${100 + at}.0`, at % 2 ? "428.0" : "4280"],
    [`${100 + at}.0`, `I1${at % 5}`],
  ]);
  await Deno.writeTextFile(path("labels.csv"), csv(["id", "code"], [...labels, ["x9", "I10"]]));
  const input: CorpusInput = {
    kind: "corpus",
    notes: [{ path: path("a.csv") }, { path: path("b.csv") }],
    labels: [{ path: path("labels.csv"), kind: "diagnosis" }],
    embedNotes: [path("more.csv")],
  };
  return {
    input,
    out: path("data"),
    threads: 1,
    memory: 512e6,
    shares: { train: 8, dev: 1, test: 1 },
  };
}

Deno.test("parts of a corpus are joined into the bytes of one machine", async (t) => {
  for (const withSplits of [true, false]) {
    await t.step(withSplits ? "its notes' splits" : "patients dealt out", async () => {
      await using directory = await temporary();
      const options = await corpus(directory.path, withSplits);
      assert.deepEqual(await digestsOfParts(options, 3), await digestsOfWhole(options));
    });
  }
});

Deno.test("parts may be empty, or of one patient", async () => {
  await using tiny = await tinyMimic();
  const options = { ...tiny.options, seed: 3 };
  const parts = await makeParts(options, 5); // of three patients
  const notes = await Promise.all(
    parts.map((part) => Deno.readTextFile(join(part, "notes.jsonl"))),
  );
  const patients = notes.map((text) => new Set(text.match(/"patient":"\d+"/g)).size);
  assert.ok(patients.includes(0) && patients.includes(1), `${patients}`);
  const out = join(tiny.path, "joined");
  await mergeParts({ parts, out, threads: 1 });
  assert.deepEqual(await digests(out), await digestsOfWhole(options));
});

Deno.test("a part is the same bytes again, whatever the threads", async () => {
  await using tiny = await tinyMimic();
  const part = { number: 1, of: 2 };
  const made = [];
  for (const threads of [1, 3]) {
    const out = join(tiny.path, `${threads}`);
    await preparePart({ ...tiny.options, threads, out, part });
    made.push(await digests(out));
  }
  assert.deepEqual(made[1], made[0]);
});

Deno.test("losses are judged when all parts are there, and what was said then still counts", async () => {
  await using tiny = await tinyMimic();
  const parts = await makeParts({ ...tiny.options, allowLoss: false }, 2);
  const out = join(tiny.path, "joined");
  await assert.rejects(mergeParts({ parts, out, threads: 1 }), /3 of 5 documents .* are lost/);
  const progress = recordProgress();
  await mergeParts({ parts, out, threads: 1, allowLoss: true }, progress);
  assert.ok(progress.warnings.some((warning) => /documents .* are lost/.test(warning)));
});
