/**
 * Measures what `monitor` says of windows of notes: of unchanged ones, which it should let pass, and of
 * changed ones, which it should not. The figures of docs/interchange.md are this script's:
 *
 *     deno run --allow-all tests/drift_windows.ts RUN DATASET NOTES.jsonl
 *
 * RUN was evaluated and made on DATASET, whose test split the windows are drawn from; NOTES.jsonl has
 * notes in another language, `{"id": …, "text": …}` a line.
 */
import { checkDrift, type DriftCheck, MOST_SHIFT } from "../model/analysis/drift.ts";
import { type ObservedNote, profileNotes } from "../model/analysis/profile.ts";
import { startEngine } from "../model/engine/engine.ts";
import { documentScores } from "../model/metrics/score_matrix.ts";
import { createObserver } from "../model/run/observe.ts";
import { profileRule, readProfile, unknownShare } from "../model/run/profile_file.ts";
import { restoreModel } from "../model/run/restore.ts";
import { openRun } from "../model/run/run.ts";
import { scoreDocuments } from "../model/scoring.ts";
import { openDataset } from "../pipeline/dataset/open.ts";
import { readSplit } from "../pipeline/dataset/read_split.ts";
import { createRandom, shuffle } from "../pipeline/random.ts";
import { readInput } from "../tasks/predict/read_input.ts";

/** Windows of a size that are looked at, at most; none shares a note with another. */
const WINDOWS = 50;

/** Notes of a window. */
const SIZES = [150, 300, 500];

/** Unchanged windows of each size that are drawn anew from all notes. */
const DRAWN = 1000;
const SEED = 1;

const [runDirectory, data, foreignFile] = Deno.args as [string, string, string];
await startEngine();
const run = await openRun(runDirectory);
const restored = await restoreModel(run, "best");
const reference = await readProfile(run, restored.sha256);
const { task } = reference;
const labels = run.labels[task].length;

/** Test notes as the run sees them, in an order drawn once. */
async function observeTest(): Promise<ObservedNote[]> {
  using documents = await readSplit(await openDataset(data), "test");
  const { [task]: matrix } = await scoreDocuments(restored.model, documents, run.config);
  const notes = Array.from({ length: documents.count }, (_, row): ObservedNote => ({
    tokens: documents.lengths[row]!,
    unknown: unknownShare(documents.tokens(row), run.config.maxTokens),
    scores: documentScores(matrix!, row),
    labels: documents.labels(task, row),
  }));
  return shuffle(notes, createRandom(SEED, "windows"));
}

/** Notes in another language; the codes that they are given are those of the notes they stand for. */
async function observeForeign(): Promise<ObservedNote[]> {
  const observer = createObserver(run, restored, task);
  const notes: ObservedNote[] = [];
  for await (const some of readInput(foreignFile, { jsonl: true })) {
    notes.push(...await observer.observe(some.map(({ id, text }) => ({ id, text }))));
  }
  return notes;
}

const test = await observeTest();
const foreign = await observeForeign();

/** Each given code is another one with this probability. */
const replaceCodes = (share: number): Change => (note, window, place) => {
  const random = createRandom(SEED, "replaced codes", window, place);
  const others = otherLabels(note);
  const given = Array.from(
    note.labels!,
    (label) => random.uniform() < share ? others[random.below(others.length)] ?? label : label,
  );
  return withCodes(note, given);
};

/** Each given code is left out with this probability. */
const dropCodes = (share: number): Change => (note, window, place) => {
  const random = createRandom(SEED, "dropped codes", window, place);
  return withCodes(note, note.labels!.filter(() => random.uniform() >= share));
};

/** For each given code another one is added with this probability. */
const addCodes = (share: number): Change => (note, window, place) => {
  const random = createRandom(SEED, "added codes", window, place);
  const others = otherLabels(note);
  const added = note.labels!.filter(() => random.uniform() < share)
    .map(() => others[random.below(others.length)]!);
  return withCodes(note, [...note.labels!, ...added]);
};

function otherLabels({ labels: given }: ObservedNote): number[] {
  const own = new Set(given);
  return Array.from({ length: labels }, (_, label) => label).filter((label) => !own.has(label));
}

function withCodes(note: ObservedNote, given: Iterable<number>): ObservedNote {
  return { ...note, labels: Int32Array.from(new Set(given)).sort() };
}

/** A tenth of the labels are passed round in a circle, in all notes of the window alike. */
function passRound(note: ObservedNote, window: number): ObservedNote {
  const all = Array.from({ length: labels }, (_, label) => label);
  const circle = shuffle(all, createRandom(SEED, "circle", window)).slice(
    0,
    Math.round(labels / 10),
  );
  const next = new Map(circle.map((label, at) => [label, circle[(at + 1) % circle.length]!]));
  return { ...note, labels: note.labels!.map((label) => next.get(label) ?? label).sort() };
}

/** Of the notes, each `every`th is one in another language. */
const inOtherLanguage = (every: number): Change => (note, window, place) =>
  place % every === 0
    ? { ...foreign[(window * 7 + place) % foreign.length]!, labels: note.labels }
    : note;

/** What becomes of a note of a window, at its place in it. */
type Change = (note: ObservedNote, window: number, place: number) => ObservedNote;

const CHANGES: { readonly [what: string]: Change } = {
  "unchanged": (note) => note,
  "5% of the given codes replaced by others": replaceCodes(0.05),
  "10% of the given codes replaced by others": replaceCodes(0.1),
  "10% of the given codes dropped": dropCodes(0.1),
  "10% more codes added": addCodes(0.1),
  "10% of the labels passed round in a circle, in all notes": passRound,
  "10% of the notes in another language": inOtherLanguage(10),
  "all notes in another language": inOtherLanguage(1),
};

const check = (notes: readonly ObservedNote[]) =>
  checkDrift(reference, profileNotes(notes, profileRule(reference)));

/** How near a check came to its threshold, or how far it went beyond: 1 is at it. */
function nearness(check: DriftCheck): number {
  if (check.kind === "rate") return Math.log(check.probability) / Math.log(check.threshold);
  const { distance, threshold, shift, beyond, mostBeyond } = check;
  return Math.max(distance / threshold, Math.abs(shift) / MOST_SHIFT, beyond / mostBeyond);
}

/** What changed windows of a size come to, in a line. */
function describeWindows(size: number, what: string, change: Change): string {
  const count = Math.min(WINDOWS, Math.floor(test.length / size));
  const checks = Array.from({ length: count }, (_, window) => {
    const notes = test.slice(window * size, (window + 1) * size);
    return check(notes.map((note, place) => change(note, window, place)));
  });
  const crossed = checks.filter((window) => window.some(({ moved }) => moved)).length;
  const by = Map.groupBy(checks.flat().filter(({ moved }) => moved), ({ name }) => name);
  const [nearest] = checks.flat().sort((a, b) => nearness(b) - nearness(a));
  const names = [...by].map(([name, found]) => `${name} ${found.length}`).join(", ");
  const most = `nearest ${nearness(nearest!).toFixed(2)} (${nearest!.name})`;
  return `${size} notes, ${what}: ${crossed} of ${count} cross; ${names || "none"}; ${most}`;
}

/** How many unchanged windows cross a threshold that are drawn anew each time. */
function describeDrawn(size: number): string {
  const drawn = Array.from({ length: DRAWN }, (_, at) => {
    const random = createRandom(SEED, "drawn windows", size, at);
    return check(shuffle([...test], random).slice(0, size));
  });
  const crossed = drawn.filter((window) => window.some(({ moved }) => moved)).length;
  return `${size} notes, unchanged, drawn: ${crossed} of ${DRAWN} cross`;
}

console.log(`${test.length} test notes, ${foreign.length} in another language`);
for (const size of SIZES) {
  for (const [what, change] of Object.entries(CHANGES)) {
    console.log(describeWindows(size, what, change));
  }
  console.log(describeDrawn(size));
}
