/**
 * What preparing and predicting take, whole and in parts: seconds and peak memory of each command, alone
 * on the machine. The figures of docs/scaling.md are this script's:
 *
 * ```sh
 * deno run --allow-all tests/scaling/parts.ts --out FOLDER --rows 500000 --run runs/marn
 * ```
 *
 * It takes some 8 GB of disk. Without `--run` nothing is predicted.
 *
 * @module
 */
// deno-lint-ignore-file no-console -- it has nobody else to tell
import { join } from "node:path";
import { parseArgs } from "node:util";
import { planAdmission } from "../../fixtures/mimic3/cohort.ts";
import { writeSummary } from "../../fixtures/mimic3/discharge.ts";
import { createCohort, writeFixture } from "../../fixtures/mimic3/fixture.ts";
import { formatBytes, formatCount } from "../../tasks/cli/format.ts";
import { formatMarkdown } from "../../tasks/report/table.ts";
import { measureTask } from "./measure_task.ts";

const { values } = parseArgs({
  options: {
    /** Folder to work in; what is there of an earlier time is used again. */
    out: { type: "string" },
    /** Rows of the smallest of three NOTEEVENTS; the others have twice and four times as many. */
    rows: { type: "string", default: "500000" },
    /** Notes of the smallest of three files to predict. */
    notes: { type: "string", default: "1024" },
    /** A run that predicts. */
    run: { type: "string" },
  },
});
if (values.out === undefined) throw new TypeError("--out is missing: expected a folder to work in");
const folder = values.out;
await Deno.mkdir(folder, { recursive: true });

const SCALES = [1, 2, 4];
const rows: string[][] = [];

const inSeconds = (seconds: number) => `${seconds.toFixed(1)} s`;

/** Runs a command, and puts a row of it into the table. */
async function measure(name: string, task: string, args: readonly string[]): Promise<void> {
  const { seconds, processor, peak, stdout } = await measureTask(task, args);
  const vectors = /^ *word vectors +([\d.]+) s$/m.exec(stdout)?.[1] ?? 0;
  const row = [
    name,
    inSeconds(seconds),
    inSeconds(Number(vectors)),
    inSeconds(processor),
    formatBytes(peak),
  ];
  console.error(row.join("  "));
  rows.push(row);
}

/** A synthetic MIMIC-III with so many rows of notes. */
async function fixtureOf(noteRows: number): Promise<{ directory: string; size: number }> {
  const directory = join(folder, `mimic-${noteRows}`);
  const notes = join(directory, "NOTEEVENTS.csv");
  const there = await Deno.stat(notes).catch(() => undefined);
  if (there) return { directory, size: there.size };
  const admissions = Math.max(200, Math.round(noteRows / 40));
  const { noteBytes } = await writeFixture({
    directory,
    codes: 2000,
    seed: 1,
    rows: noteRows,
    admissions,
  });
  return { directory, size: noteBytes };
}

const made = (name: string) => ["--out", join(folder, name), "--force"];

for (const scale of SCALES) {
  const noteRows = Number(values.rows) * scale;
  const { directory, size } = await fixtureOf(noteRows);
  const input = ["--mimic", directory, "--ccs", directory];
  const described = `${formatCount(noteRows)} rows, ${formatBytes(size)}`;
  await measure(`prepare of ${described}`, "prepare", [...input, ...made("data")]);
  if (scale > 1) continue;
  for (const of of SCALES) {
    const parts: string[] = [];
    for (let number = 1; number <= of; number++) {
      const part = `part-${number}-of-${of}`;
      await measure(`of these, part ${number}/${of}`, "prepare", [
        ...input,
        "--part",
        `${number}/${of}`,
        ...made(part),
      ]);
      parts.push(join(folder, part));
    }
    await measure(`${of} joined`, "prepare", ["--merge", ...parts, ...made("joined")]);
    for (const part of parts) await Deno.remove(part, { recursive: true });
  }
}

if (values.run !== undefined) {
  const cohort = await createCohort({ admissions: 4 * Number(values.notes), codes: 2000, seed: 1 });
  const predicts = ["--run", values.run, "--words", "0", "--jsonl"];
  for (const scale of SCALES) {
    const count = Number(values.notes) * scale;
    const path = join(folder, `notes-${count}.jsonl`);
    const lines = Array.from({ length: count }, (_, id) => {
      const { text } = writeSummary(cohort, planAdmission(cohort, id), 0);
      return `${JSON.stringify({ id: String(id), text })}\n`;
    });
    await Deno.writeTextFile(path, lines.join(""));
    const codes = made("codes.jsonl");
    await measure(`predict ${formatCount(count)} notes`, "predict", [...predicts, path, ...codes]);
    if (scale > 1) continue;
    for (const part of ["1/2", "2/2"]) {
      const args = [...predicts, path, "--part", part, ...codes];
      await measure(`of these, part ${part}`, "predict", args);
    }
  }
}

console.log(formatMarkdown({
  title: "Whole and in parts",
  columns: ["command", "seconds", "word vectors", "processor", "peak memory"],
  rows,
}));
