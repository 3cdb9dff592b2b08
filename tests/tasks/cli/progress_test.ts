import assert from "node:assert/strict";
import { formatPace, showProgress } from "../../../tasks/cli/progress.ts";

Deno.test("away from a terminal a stage is one line with its seconds, and its speed in bytes", () => {
  const lines: string[] = [];
  let now = 0;
  const progress = showProgress({
    terminal: false,
    write: (line) => void lines.push(line),
    now: () => now,
  });
  const notes = progress.stage("notes", 300e6, "bytes");
  notes.reach(100e6);
  now = 2000;
  notes.end("59652 notes");
  progress.warn("two codes");
  const words = progress.stage("vocabulary");
  now = 2500;
  words.end("10 terms");
  assert.deepEqual(lines, [
    "notes: 59652 notes (2.0 s, 150 MB/s)",
    "warning: two codes",
    "vocabulary: 10 terms (0.5 s)",
  ]);
  assert.deepEqual(progress.times, [
    { stage: "notes", seconds: 2, megabytesPerSecond: 150 },
    { stage: "vocabulary", seconds: 0.5, megabytesPerSecond: undefined },
  ]);
});

Deno.test("away from a terminal a long stage says every half minute how fast it is and what is left", () => {
  const lines: string[] = [];
  let now = 0;
  const progress = showProgress({
    terminal: false,
    write: (line) => void lines.push(line),
    now: () => now,
    memory: () => 1.2e9,
  });
  const scoring = progress.stage("marn scores test", 4000);
  for (const seconds of [10, 40, 50, 80]) {
    now = seconds * 1000;
    scoring.reach(seconds * 20 + 0.25); // word2vec says shares of a document
  }
  now = 200_000;
  scoring.end("4000 documents");
  assert.deepEqual(lines, [
    "marn scores test: 800/4,000 documents, 20 documents/s, 2 min 40 s left, 1.2 GB",
    "marn scores test: 1,600/4,000 documents, 20 documents/s, 2 min 00 s left, 1.2 GB",
    "marn scores test: 4000 documents (200.0 s, 20 documents/s)",
  ]);
});

Deno.test("a stage's pace is its speed and what is left, from the first bytes on", () => {
  assert.equal(formatPace(0, 854e6, "bytes", 1), "just begun");
  assert.equal(formatPace(3e6, 854e6, "bytes", 1), "3.0 MB/s, 4 min 44 s left");
});
